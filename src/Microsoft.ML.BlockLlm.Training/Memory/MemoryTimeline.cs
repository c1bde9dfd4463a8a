namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Goes through the moments of an update and finds the one that needs most.</summary>
internal sealed class MemoryTimeline
{
    private const long NumberSize = sizeof(float);

    private readonly ModelMemory _model;
    private readonly MethodMemory _method;
    private readonly BatchShape _batch;
    private readonly Recompute _recompute;
    private readonly ActivationMemory[] _stages;
    private readonly long[] _ownWeights;
    private readonly int _firstActive;
    private readonly long _loss;
    private (long Bytes, string Moment) _peak;
    private long _gradients;

    public MemoryTimeline(ModelMemory model, MethodMemory method, BatchShape batch, Recompute recompute)
    {
        (_model, _method, _batch, _recompute) = (model, method, batch, recompute);
        _stages = [.. model.Stages.Select(stage => stage.Activations(batch, method.IsTrained))];
        var seen = new HashSet<ParameterSize>();
        _ownWeights = [.. model.Stages.Select(stage => stage.Parameters.Where(seen.Add).Sum(parameter => parameter.Size))];
        _firstActive = model.Stages.TakeWhile(stage => !stage.Parameters.Any(parameter => method.IsTrained(parameter.Name))).Count();

        // The loss keeps log-probabilities, as many as there are logits.
        _loss = _stages[^1].Output;
    }

    public MemoryPlan Plan()
    {
        foreach (var pass in _method.Passes(_model))
            Follow(pass);
        return new MemoryPlan
        {
            Method = _method.Name,
            Batch = _batch,
            Recompute = _recompute,
            Weights = NumberSize * _ownWeights.Sum(),
            Gradients = _gradients,
            OptimizerState = _method.StateBytes(_model),
            Stages = [.. _stages.Select((stage, s) => new StagePlan(_model.Stages[s].Name, NumberSize * _ownWeights[s], KeptBy(s), IsBoundaryKept(s) ? stage.Output : 0))],
            Loss = 2 * _loss,
            PeakMoment = _peak.Moment,
            TrainingPeak = _peak.Bytes,
        };
    }

    private void Follow(GradientPass pass)
    {
        var (last, state, delivered) = (_stages.Length - 1, _method.StateBytes(_model), 0L);
        for (var s = 0; s <= last; s++)
            Meet(state + KeptBelow(s) + RunForward(s), $"{pass.Name}: forward of {_model.Stages[s].Name}");
        Meet(state + KeptBelow(last) + _stages[last].Saved + _stages[last].Output + _loss, $"{pass.Name}: loss");

        for (var s = last; s >= _firstActive; s--)
        {
            if (IsRunAgain(s))
                Meet(state + pass.HeldBytes(delivered) + KeptBelow(s) + _stages[s].Output + RunForward(s), $"{pass.Name}: second forward of {_model.Stages[s].Name}");
            Meet(state + pass.HeldBytes(delivered) + KeptBelow(s) + RunBackward(s), $"{pass.Name}: backward of {_model.Stages[s].Name}");
            delivered += Trained(s);
        }

        var held = pass.HeldBytes(delivered);
        _gradients = Math.Max(_gradients, held);
        if (held > 0)
            Meet(state + held + _method.UpdateBytes(_model), $"{pass.Name}: update");
    }

    private void Meet(long bytes, string moment)
    {
        if (bytes > _peak.Bytes)
            _peak = (bytes, moment);
    }

    /// <summary>What the stages below one keep for backward, its own input included.</summary>
    private long KeptBelow(int stage) =>
        Enumerable.Range(0, stage).Sum(s => KeptBy(s) + (IsBoundaryKept(s) || s == stage - 1 ? _stages[s].Output : 0));

    private long KeptBy(int stage) => stage >= _firstActive && !IsRunAgain(stage) ? _stages[stage].Saved : 0;

    /// <summary>The output of the stage below the first active one is still its input.</summary>
    private bool IsBoundaryKept(int stage) => stage >= _firstActive - 1 && stage < _stages.Length - 1;

    private bool IsRunAgain(int stage) => _recompute.Includes(stage, _stages.Length);

    /// <summary>All tensors of a stage live until its end, whether it has a graph or not.</summary>
    private long RunForward(int stage) => _stages[stage].Saved + _stages[stage].Forward + _stages[stage].Output;

    private long RunBackward(int stage)
    {
        var (memory, gradients) = (_stages[stage], NumberSize * Trained(stage));
        var input = stage > _firstActive ? _stages[stage - 1].Output : 0;
        // From the loss down it is the gradient of log-probabilities and of logits, beside the log-probabilities themselves.
        if (stage == _stages.Length - 1)
            return memory.Saved + Math.Max(3 * _loss, _loss + memory.Backward + gradients + input);
        return memory.Output + gradients + Math.Max(memory.Saved + memory.Backward, input);
    }

    private long Trained(int stage) =>
        _model.Stages[stage].Parameters.Where(parameter => _method.IsTrained(parameter.Name)).Sum(parameter => parameter.Size);
}
