namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Goes through the moments of an update and finds the one that needs most.</summary>
internal sealed class MemoryTimeline
{
    private readonly ModelMemory _model;
    private readonly MethodMemory _method;
    private readonly BatchShape _batch;
    private readonly Recompute _recompute;
    private readonly long _numberSize;
    private readonly long _gradientSize;
    private readonly bool _accumulates;
    private readonly ActivationMemory[] _stages;
    private readonly ParameterSize[][] _own;
    private readonly int _firstActive;
    private readonly long _weights;
    private readonly long _constant;
    private readonly long _logits;
    private readonly long _best;
    private Recompute _inPass;
    private (long Bytes, string Moment) _peak;
    private long _gradients;

    public MemoryTimeline(ModelMemory model, MethodMemory method, BatchShape batch, Recompute recompute, bool keepsBest, bool accumulates)
    {
        _weights = model.WeightSize * Size(model.Parameters);
        (_model, _method, _batch, _recompute) = (method.Adapt(model), method, batch, recompute);
        _numberSize = model.WeightSize;
        _accumulates = accumulates;
        _gradientSize = accumulates ? sizeof(float) : _numberSize;
        _stages = [.. _model.Stages.Select(stage => stage.Activations(batch, method.IsTrained, _numberSize))];
        var seen = new HashSet<ParameterSize>();
        _own = [.. _model.Stages.Select(stage => stage.Parameters.Where(seen.Add).ToArray())];
        _firstActive = _model.Stages.TakeWhile(stage => !stage.Parameters.Any(parameter => method.IsTrained(parameter.Name))).Count();
        _best = keepsBest ? _numberSize * _own.Sum(Trained) : 0;
        _constant = _method.StateBytes(_model) + _best + (_numberSize * Size(_model.Parameters)) - _weights;
        _logits = _stages[^1].Output;
    }

    public MemoryPlan Plan()
    {
        foreach (var pass in _method.Passes(_model, _gradientSize))
            Follow(pass);
        _inPass = _recompute;
        return new MemoryPlan
        {
            Method = _method.Name,
            Batch = _batch,
            Recompute = _recompute,
            Weights = _weights,
            Gradients = _gradients,
            OptimizerState = _method.StateBytes(_model),
            BestModel = _best,
            Stages = [.. _stages.Select((stage, s) => new StagePlan(_model.Stages[s].Name, _numberSize * Size(_own[s]), KeptBy(s), IsBoundaryKept(s) ? stage.Output : 0))],
            Loss = LogitsAndLoss,
            PeakMoment = _peak.Moment,
            TrainingPeak = _peak.Bytes,
        };
    }

    /// <summary>Logits and their gradient, and what some of them take in 32-bit floats: log-probabilities, and a copy of logits with fewer bits.</summary>
    private long LogitsAndLoss =>
        (2 * _logits) + (sizeof(float) * Math.Min(_logits / _numberSize, CrossEntropyGradient.MaxNumbers) * (_numberSize < sizeof(float) ? 2 : 1));

    private void Follow(GradientPass pass)
    {
        _inPass = pass.RunsAllAgain ? Recompute.All : _recompute;
        Follow(pass.Name, pass.HeldBytes);
        var held = pass.HeldBytes(_own.Sum(Trained));
        _gradients = Math.Max(_gradients, held);
        if (held == 0)
            return;
        Meet(held + _method.UpdateBytes(_model), $"{pass.Name}: update");
        if (_accumulates)
            Follow($"{pass.Name}, further batch", _ => pass.SummedBytes ?? held);
    }

    /// <summary>Follows one batch forward and backward.</summary>
    /// <param name="name">What it is for.</param>
    /// <param name="heldBytes">What the optimizer holds, after it was given so many gradient numbers of the batch.</param>
    private void Follow(string name, Func<long, long> heldBytes)
    {
        var last = _stages.Length - 1;
        var before = heldBytes(0);
        for (var s = 0; s < last; s++)
            Meet(before + KeptBelow(s) + RunForward(s), $"{name}: forward of {_model.Stages[s].Name}");
        Meet(before + KeptBelow(last) + _stages[last].Gathered + Math.Max(RunForward(last), _stages[last].Saved + LogitsAndLoss), $"{name}: loss");

        var delivered = 0L;
        for (var s = last; s >= _firstActive; s--)
        {
            var held = heldBytes(delivered) + Waiting(s);
            if (IsRunAgain(s))
                Meet(held + KeptBelow(s) + _stages[s].Output + RunForward(s), $"{name}: second forward of {_model.Stages[s].Name}");
            Meet(held + KeptBelow(s) + (s == last ? RunHeadBackward() : RunBackward(s)), $"{name}: backward of {_model.Stages[s].Name}");
            delivered += Trained(_own[s]);
        }
    }

    private void Meet(long bytes, string moment)
    {
        if (_constant + bytes > _peak.Bytes)
            _peak = (_constant + bytes, moment);
    }

    /// <summary>What the stages below one keep for backward, its own input included.</summary>
    private long KeptBelow(int stage) =>
        Enumerable.Range(0, stage).Sum(s => KeptBy(s) + (IsBoundaryKept(s) || s == stage - 1 ? _stages[s].Output : 0));

    private long KeptBy(int stage) => stage >= _firstActive && !IsRunAgain(stage) ? _stages[stage].Saved : 0;

    /// <summary>The output of the stage below the first active one is still its input.</summary>
    private bool IsBoundaryKept(int stage) => stage >= _firstActive - 1 && stage < _stages.Length - 1;

    private bool IsRunAgain(int stage) => _inPass.Includes(stage, _stages.Length);

    private long RunForward(int stage) => _stages[stage].Saved + _stages[stage].Forward + _stages[stage].Output;

    /// <summary>Its output and the gradient of that; its gradients, and what it keeps or the gradient of its input.</summary>
    private long RunBackward(int stage)
    {
        var memory = _stages[stage];
        var input = stage > _firstActive ? _stages[stage - 1].Output : 0;
        return (2 * memory.Output) + GradientsOf(stage) + Math.Max(memory.Saved + memory.Backward, input);
    }

    /// <summary>From the gradient of logits down; the logits are there as long as their graph.</summary>
    private long RunHeadBackward()
    {
        var (head, last) = (_stages[^1], _stages.Length - 1);
        var input = last > _firstActive && head.Gathered == 0 ? _stages[last - 1].Output : 0;
        return head.Gathered + head.Saved + (2 * _logits) + head.Backward + GradientsOf(last) + input;
    }

    /// <summary>Gradients of parameters that a lower stage has too. They wait for it, and are added to its own there.</summary>
    private long Waiting(int stage)
    {
        var above = _model.Stages.Skip(stage + 1).SelectMany(upper => upper.Parameters).ToHashSet();
        return _numberSize * Enumerable.Range(_firstActive, stage + 1 - _firstActive).Sum(s => Trained(_own[s].Where(above.Contains)) * (s == stage ? 2 : 1));
    }

    private long GradientsOf(int stage) => _numberSize * Trained(_model.Stages[stage].Parameters);

    private long Trained(IEnumerable<ParameterSize> parameters) => Size(parameters.Where(parameter => _method.IsTrained(parameter.Name)));

    private static long Size(IEnumerable<ParameterSize> parameters) => parameters.Sum(parameter => parameter.Size);
}
