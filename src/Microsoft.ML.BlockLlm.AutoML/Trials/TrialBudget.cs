namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>How far a trainer may go in a trial, where it waits to be continued, and how far it came.</summary>
/// <remarks>It lies among the trainer's parameters, for these are all that a tuner and a trainer have in common: the one writes the limits there, the other what it did.</remarks>
internal sealed class TrialBudget
{
    /// <summary>The name that a budget has among the parameters of a trainer.</summary>
    public const string Name = "_BUDGET_";

    private const string Made = "StepsMade";
    private const string Total = "TotalSteps";

    private readonly SearchSpace.Parameter _parameter;

    private TrialBudget(SearchSpace.Parameter parameter) => _parameter = parameter;

    /// <summary>Steps after which the trainer stops; null where they are a part of all its steps.</summary>
    public long? Steps => Number(nameof(Steps));

    /// <summary>Of which part of all its steps it makes one, where <see cref="Steps"/> is null.</summary>
    public long Divisor => Number(nameof(Divisor)) ?? 1;

    /// <summary>Whether it goes on from a checkpoint, rather than to begin.</summary>
    public bool Continues => _parameter[nameof(Continues)].AsType<bool>();

    /// <summary>The folder of its checkpoint.</summary>
    public string CheckpointDirectory => _parameter[nameof(CheckpointDirectory)].AsType<string>();

    /// <summary>Steps that it has made, those before a checkpoint included; null as long as it has made none in this trial.</summary>
    public long? StepsMade => Number(Made);

    /// <summary>All steps that it would make; null as long as it has made none in this trial.</summary>
    public long? TotalSteps => Number(Total);

    /// <summary>Whether it stopped because the budget was spent, and not because it was done.</summary>
    public bool IsCutOff => StepsMade is { } made && TotalSteps is { } total && made >= LimitOf(total) && made < total;

    /// <summary>The budget among the parameters of a trainer; null if there is none.</summary>
    public static TrialBudget? Of(SearchSpace.Parameter trainer) => trainer.TryGetValue(Name, out var parameter) ? new TrialBudget(parameter) : null;

    /// <summary>Gives a trainer a budget.</summary>
    public static void Set(SearchSpace.Parameter trainer, long? steps, long divisor, bool continues, string checkpointDirectory)
    {
        var parameter = SearchSpace.Parameter.CreateNestedParameter(
            KeyValuePair.Create(nameof(Continues), SearchSpace.Parameter.FromBool(continues)),
            KeyValuePair.Create(nameof(CheckpointDirectory), SearchSpace.Parameter.FromString(checkpointDirectory)));
        if (steps is { } limit)
            parameter[nameof(Steps)] = SearchSpace.Parameter.FromLong(limit);
        else
            parameter[nameof(Divisor)] = SearchSpace.Parameter.FromLong(divisor);
        trainer[Name] = parameter;
    }

    /// <summary>The first of n equal parts of some steps, rounded up, so that n of them reach to the end.</summary>
    public static long PartOf(long steps, long divisor) => (steps + divisor - 1) / divisor;

    /// <summary>Writes down how far the trainer came.</summary>
    public void Report(long made, long total)
    {
        _parameter[Made] = SearchSpace.Parameter.FromLong(made);
        _parameter[Total] = SearchSpace.Parameter.FromLong(total);
    }

    /// <summary>Says how far the trainer came, or is to go.</summary>
    public override string ToString() => (StepsMade, Steps) switch
    {
        ({ } made, _) => $"{made}/{TotalSteps}",
        (_, { } steps) => $"{steps}",
        _ => $"1/{Divisor} of all",
    };

    private long LimitOf(long total) => Steps ?? PartOf(total, Divisor);

    private long? Number(string name) => _parameter.TryGetValue(name, out var value) ? value.AsType<long>() : null;
}
