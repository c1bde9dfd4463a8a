namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>A training that is to be killed while it writes one of its checkpoints.</summary>
internal sealed record KilledRun
{
    /// <summary>The third of the last checkpoints, which links a part of the history.</summary>
    public const string Last = "last";

    /// <summary>The checkpoint of the best evaluation.</summary>
    public const string Best = "best";

    /// <summary>A checkpoint in place of one of the same name, by a run that begins anew.</summary>
    public const string Replaced = "replaced";

    private readonly Run _run;
    private readonly long _updateBefore;
    private readonly bool _replaces;

    private KilledRun(Run run, long updateBefore, bool replaces = false) => (_run, _updateBefore, _replaces) = (run, updateBefore, replaces);

    public static KilledRun Of(string kind, string folder) => kind switch
    {
        Last => new(Program.RunIn(folder), updateBefore: 12),
        // Of the first evaluation, which is the best so far and made before its update is reported.
        Best => new(Evaluating(Program.RunIn(folder)), updateBefore: 3),
        Replaced => new(Program.RunIn(folder), updateBefore: 4, replaces: true),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such run."),
    };

    /// <summary>What it ends with if nothing happens and nothing is saved.</summary>
    public Outcome Whole() => (_run with { Options = _run.Options with { Checkpoints = null } }).Train();

    /// <summary>Goes on from the checkpoints that are there.</summary>
    public Outcome Resume() => _run.Train();

    /// <summary>Trains to the end.</summary>
    /// <param name="atWritePoint">Is told of each write point of the checkpoint.</param>
    public void Train(Action<string> atWritePoint)
    {
        if (_replaces)
            _run.Train(interruptAfter: _updateBefore);
        var run = _run with { Options = _run.Options with { Checkpoints = _run.Options.Checkpoints! with { Resume = !_replaces } } };
        var isNext = false;
        CheckpointFolder.AtWritePoint = point =>
        {
            if (isNext)
                atWritePoint(point);
        };
        try
        {
            using var model = run.NewModel();
            run.Train(model, progress => isNext = progress.Step == _updateBefore);
        }
        finally
        {
            CheckpointFolder.AtWritePoint = _ => { };
        }
    }

    private static Run Evaluating(Run run) => run with
    {
        Validation = Samples.Data(20, seed: 6),
        Options = run.Options with { EvaluationInterval = 4, Checkpoints = run.Options.Checkpoints! with { EveryUpdates = 2 } },
    };
}
