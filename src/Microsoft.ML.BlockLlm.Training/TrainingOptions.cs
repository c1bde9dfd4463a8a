using System.Text.Json.Serialization;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>How a <see cref="TrainingLoop"/> runs. What concerns the update of the weights (learning rate, clipping, weight decay, sparsity) are options of the optimizer.</summary>
/// <remarks>Every value is checked where it is set: <see cref="ArgumentOutOfRangeException"/> says what is wrong and what is possible.</remarks>
public sealed record TrainingOptions
{
    private readonly WasSet _epochsWereSet;
    private readonly WasSet _batchSizeWasSet;
    private readonly WasSet _selectByWasSet;

    /// <summary>How often the loop goes through the training data. Default 3.</summary>
    public int Epochs { get; init => (field, _epochsWereSet) = (Check.AtLeast(1, value), WasSet.Yes); } = 3;

    /// <summary>The most updates to make, whatever <see cref="Epochs"/> says. Default null: no limit.</summary>
    public int? MaxSteps { get; init => field = Check.AtLeast(1, value); }

    /// <summary>How many examples go through the model at once. Default 32.</summary>
    public int BatchSize { get; init => (field, _batchSizeWasSet) = (Check.AtLeast(1, value), WasSet.Yes); } = 32;

    /// <summary>How many batches give their gradients to one update. Default 1. An update then sees <see cref="BatchSize"/> times this many examples, at the memory of one batch.</summary>
    public int GradientAccumulation { get; init => field = Check.AtLeast(1, value); } = 1;

    /// <summary>How the learning rate goes after warm-up. Default <see cref="LearningRateSchedule.Linear"/>.</summary>
    public LearningRateSchedule Schedule { get; init => field = Check.Defined(value); } = LearningRateSchedule.Linear;

    /// <summary>Share of the updates in which the learning rate rises from 0 to its full value, in [0, 1]. Default 0.06.</summary>
    public double WarmupFraction { get; init => field = Check.Fraction(value); } = 0.06;

    /// <summary>Updates between two evaluations on the validation data, where there are any. Default null: once after every epoch.</summary>
    public int? EvaluationInterval { get; init => field = Check.AtLeast(1, value); }

    /// <summary>By which figure of the validation data one model is better than another. Default <see cref="ModelSelection.Accuracy"/>.</summary>
    public ModelSelection SelectBy { get; init => (field, _selectByWasSet) = (Check.Defined(value), WasSet.Yes); } = ModelSelection.Accuracy;

    /// <summary>Whether the model ends with the weights of its best evaluation rather than those of its last update. Default true. Costs a copy of every parameter of which a weight changed since then.</summary>
    public bool RestoreBest { get; init; } = true;

    /// <summary>Training stops after this many evaluations in a row without a better one. Default null: it does not stop early.</summary>
    public int? Patience { get; init => field = Check.AtLeast(1, value); }

    /// <summary>
    /// What happens when a loss or gradient is not finite. Default <see cref="NonFinitePolicy.Throw"/>. Whatever this says, no weight and no optimizer state ever sees it;
    /// <see cref="NonFinitePolicy.RollBack"/> needs <see cref="Checkpoints"/>.
    /// </summary>
    public NonFinitePolicy OnNonFinite { get; init => field = Check.Defined(value); } = NonFinitePolicy.Throw;

    /// <summary>Where training saves itself, to go on after an interruption. Default null: it does not. No part of a saved model, which may leave the machine.</summary>
    [JsonIgnore]
    public CheckpointOptions? Checkpoints { get; init; }

    /// <summary>Which stages compute their activations again for backward; <see cref="MemoryPlan.Fit"/> finds how many a limit asks for. Default <see cref="Recompute.None"/>.</summary>
    public Recompute Recompute { get; init; }

    /// <summary>Whether the memory of freed tensors is kept for the next ones or goes back to the system. Default <see cref="FreedMemory.Kept"/>: fast, but more than a <see cref="MemoryPlan"/> says.</summary>
    public FreedMemory FreedMemory { get; init => field = Check.Defined(value); }

    /// <summary>Threads that libtorch computes with. Default null: one for each core of the machine.</summary>
    public int? Threads { get; init => field = Check.AtLeast(1, value); }

    /// <summary>Fixes the order of the examples and the dropout masks: the same seed on the same machine gives the same weights, bit for bit. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The same with other defaults, for what was not set.</summary>
    internal TrainingOptions WithDefaults(int epochs, int batchSize, ModelSelection selectBy) => this with
    {
        Epochs = _epochsWereSet.IsSo ? Epochs : epochs,
        BatchSize = _batchSizeWasSet.IsSo ? BatchSize : batchSize,
        SelectBy = _selectByWasSet.IsSo ? SelectBy : selectBy,
    };
}
