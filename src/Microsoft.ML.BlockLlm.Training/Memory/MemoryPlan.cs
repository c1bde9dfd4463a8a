namespace Microsoft.ML.BlockLlm.Training;

/// <summary>
/// What training a model will take, before any of its weights is loaded: the moments of an update are gone through in their order, as
/// <see cref="StageEngine"/> and the optimizer go through them, and the largest is the peak.
/// </summary>
/// <remarks>
/// Counted are the tensors. The runtime itself, its compiled code and libtorch's own buffers come on top, as they do without training.
/// Attention is counted as it is written down, with all scores; a fused kernel that never holds them needs less.
/// Logits are counted whole; where they are so many that the engine makes them in parts, less is needed.
/// Not counted is the copy of changed weights that <see cref="TrainingOptions.RestoreBest"/> keeps where there is validation data.
/// </remarks>
public sealed record MemoryPlan
{
    /// <summary>The method planned for.</summary>
    public required string Method { get; init; }

    /// <summary>The batch planned for.</summary>
    public required BatchShape Batch { get; init; }

    /// <summary>Which stages compute their activations again for backward.</summary>
    public required Recompute Recompute { get; init; }

    /// <summary>Bytes of the model's weights.</summary>
    public required long Weights { get; init; }

    /// <summary>Most bytes of gradients, and of what a selection makes of them, that the optimizer holds at once.</summary>
    public required long Gradients { get; init; }

    /// <summary>Bytes of the optimizer's state.</summary>
    public required long OptimizerState { get; init; }

    /// <summary>What each stage takes.</summary>
    public required IReadOnlyList<StagePlan> Stages { get; init; }

    /// <summary>Bytes of logits and loss.</summary>
    public required long Loss { get; init; }

    /// <summary>The moment at which memory is at its peak, such as <c>probing: backward of model.layers.3</c>.</summary>
    public required string PeakMoment { get; init; }

    /// <summary>Bytes at the peak, the model's weights left out.</summary>
    public required long TrainingPeak { get; init; }

    /// <summary>Bytes of all kept activations together.</summary>
    public long Activations => Stages.Sum(stage => stage.Activations);

    /// <summary>Bytes of all kept outputs of stages together.</summary>
    public long Boundaries => Stages.Sum(stage => stage.Boundary);

    /// <summary>Bytes at the peak, the model's weights included.</summary>
    public long Peak => Weights + TrainingPeak;

    /// <summary>Plans.</summary>
    /// <param name="model">The model.</param>
    /// <param name="method">The optimizer.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="recompute">Which stages compute their activations again for backward. Default: none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch is empty.</exception>
    public static MemoryPlan For(ModelMemory model, MethodMemory method, BatchShape batch, Recompute recompute = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(method);
        if (batch.BatchSize < 1 || batch.Length < 1)
            throw new ArgumentOutOfRangeException(nameof(batch), batch, "A batch holds at least one text of at least one token.");
        return new MemoryTimeline(model, method, batch, recompute).Plan();
    }

    /// <summary>
    /// Plans for the largest batch that fits: of the wanted size with the activations of all stages kept, else with those of as few stages computed
    /// again as will do, else of half the size, and so on. Give its <see cref="Recompute"/> to <see cref="TrainingOptions.Recompute"/>.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="method">The optimizer.</param>
    /// <param name="wanted">The batch to begin with.</param>
    /// <param name="limit">Most bytes at the peak, the model's weights included.</param>
    /// <returns>The plan; null if not even one text at a time fits.</returns>
    public static MemoryPlan? Fit(ModelMemory model, MethodMemory method, BatchShape wanted, long limit)
    {
        for (var batch = wanted; batch.BatchSize >= 1; batch = batch with { BatchSize = batch.BatchSize / 2 })
        {
            for (var stages = 0; stages < model.Stages.Count; stages++)
            {
                var plan = For(model, method, batch, Recompute.Lowest(stages));
                if (plan.Peak <= limit)
                    return plan;
            }
        }

        return null;
    }
}
