namespace Microsoft.ML.BlockLlm.Training;

/// <summary>
/// What training a model will take, before any of its weights is loaded: the moments of an update are gone through in their order, as
/// <see cref="StageEngine"/> and the optimizer go through them, and the largest is the peak.
/// </summary>
/// <remarks>
/// Counted are the tensors, which are also what a process grows by where freed memory goes back to the system (<see cref="FreedMemory.Returned"/>). Otherwise
/// the C library's heap keeps holes between them. The runtime itself, its compiled code and libtorch's own buffers come on top, as they do without training.
/// Weights, activations and gradients are counted in the model's <see cref="ModelMemory.WeightType"/>; loss, sums of gradients, moments and master weights in 32-bit floats.
/// Attention is counted as it is written down, with all scores; a fused kernel that never holds them needs less.
/// </remarks>
public sealed record MemoryPlan
{
    /// <summary>The method planned for.</summary>
    public required string Method { get; init; }

    /// <summary>The batch planned for.</summary>
    public required BatchShape Batch { get; init; }

    /// <summary>Which stages compute their activations again for backward.</summary>
    public required Recompute Recompute { get; init; }

    /// <summary>Bytes of the model's weights, without what the method adds to them for the time of the training.</summary>
    public required long Weights { get; init; }

    /// <summary>Most bytes of gradients, and of what a selection makes of them, that the optimizer holds at once.</summary>
    public required long Gradients { get; init; }

    /// <summary>Bytes of the optimizer's state.</summary>
    public required long OptimizerState { get; init; }

    /// <summary>Most bytes of the copy of changed weights that <see cref="TrainingOptions.RestoreBest"/> keeps; 0 if it was not asked for.</summary>
    public required long BestModel { get; init; }

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

    /// <summary>Bytes to have at hand, the model's weights included: a tenth of the training peak more than planned, for what a plan cannot know.</summary>
    public long PeakWithReserve => Peak + (TrainingPeak / 10);

    /// <summary>Plans.</summary>
    /// <param name="model">The model.</param>
    /// <param name="method">The optimizer.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="recompute">Which stages compute their activations again for backward. Default: none.</param>
    /// <param name="keepsBest">Whether there is validation data by which <see cref="TrainingOptions.RestoreBest"/> keeps the best model. Default: false.</param>
    /// <param name="accumulates">Whether updates sum the gradients of several batches (<see cref="TrainingOptions.GradientAccumulation"/>), in 32-bit floats. Default: false.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch is empty.</exception>
    public static MemoryPlan For(ModelMemory model, MethodMemory method, BatchShape batch, Recompute recompute = default, bool keepsBest = false, bool accumulates = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(method);
        if (batch.BatchSize < 1 || batch.Length < 1)
            throw new ArgumentOutOfRangeException(nameof(batch), batch, "A batch holds at least one text of at least one token.");
        return new MemoryTimeline(model, method, batch, recompute, keepsBest, accumulates).Plan();
    }

    /// <summary>
    /// Plans for the largest batch that fits: of the wanted size with the activations of all stages kept, else with those of as few stages computed
    /// again as will do, else of half the size, whose gradients two batches give to one update, and so on. Give its <see cref="Recompute"/> to <see cref="TrainingOptions.Recompute"/>, and let
    /// freed memory be returned (<see cref="TrainingOptions.FreedMemory"/>).
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="method">The optimizer.</param>
    /// <param name="wanted">The batch to begin with.</param>
    /// <param name="limit">Most bytes to have at hand, the model's weights included, beside what the process took before: <see cref="PeakWithReserve"/> keeps to it.</param>
    /// <param name="keepsBest">Whether there is validation data by which <see cref="TrainingOptions.RestoreBest"/> keeps the best model. Default: false.</param>
    /// <param name="accumulates">Whether updates sum the gradients of several batches (<see cref="TrainingOptions.GradientAccumulation"/>), in 32-bit floats. Default: false.</param>
    /// <returns>The plan; null if not even one text at a time fits.</returns>
    public static MemoryPlan? Fit(ModelMemory model, MethodMemory method, BatchShape wanted, long limit, bool keepsBest = false, bool accumulates = false)
    {
        for (var batch = wanted; batch.BatchSize >= 1; batch = batch with { BatchSize = batch.BatchSize / 2 })
        {
            for (var stages = 0; stages < model.Stages.Count; stages++)
            {
                var plan = For(model, method, batch, Recompute.Lowest(stages), keepsBest, accumulates || batch != wanted);
                if (plan.PeakWithReserve <= limit)
                    return plan;
            }
        }

        return null;
    }
}
