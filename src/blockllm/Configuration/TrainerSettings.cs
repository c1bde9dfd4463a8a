using System.ComponentModel;
using System.Globalization;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Types of weights in memory.</summary>
internal enum WeightPrecision
{
    Float32,
    Bfloat16,
}

/// <summary>The settings that all trainers have: files, the run and, from <see cref="MethodSettings"/>, the method.</summary>
internal abstract record TrainerSettings : MethodSettings
{
    [Description("The data to train on.")]
    public string? Data { get; init; }

    [Description("The pretrained model: a Hugging Face folder, or 'hub:owner/name' to download one.")]
    public string? Model { get; init; }

    [Description("The folder that gets the trained model, the settings and the records of the run.")]
    public string? Output { get; init; }

    [Description("Data to evaluate the model on while it trains; the weights that did best on it are kept.")]
    public string? Validation { get; init; }

    [Description("Whether the model is also written as a Hugging Face folder, OUTPUT/model.")]
    public bool Export { get; init; }

    [Description("How often training goes through the data.")]
    public abstract int Epochs { get; init; }

    [Description("The most updates to make, whatever the epochs say.")]
    public int? MaxSteps { get; init; }

    [Description("How many rows go through the model at once.")]
    public abstract int BatchSize { get; init; }

    [Description("How many batches give their gradients to one update.")]
    public int GradientAccumulation { get; init; } = 1;

    [Description("How the learning rate goes after warm-up.")]
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Linear;

    [Description("Share of the updates in which the learning rate rises to its full value.")]
    public double WarmupFraction { get; init; } = 0.06;

    [Description("Updates between two evaluations on the validation data; without it, once after every epoch.")]
    public int? EvaluationInterval { get; init; }

    [Description("By which figure of the validation data one model is better than another.")]
    public abstract ModelSelection SelectBy { get; init; }

    [Description("Whether the model ends with the weights of its best evaluation.")]
    public bool RestoreBest { get; init; } = true;

    [Description("Training stops after this many evaluations in a row without a better one.")]
    public int? EarlyStopping { get; init; }

    [Description("Which layers compute their activations again for backward, to save memory: 'none', 'all', or how many of the lowest.")]
    public string Recompute { get; init; } = "none";

    [Description("Whether freed memory is kept for the next tensors, which is faster, or returned to the system.")]
    public FreedMemory FreedMemory { get; init; }

    [Description("Type of the weights in memory, in training and in the model file; bfloat16 takes half the memory.")]
    public WeightPrecision WeightType { get; init; }

    [Description("What happens when a loss or gradient is not finite; roll-back needs checkpoints.")]
    public NonFinitePolicy OnNonFinite { get; init; }

    [Description("Whether training saves checkpoints in OUTPUT/checkpoints, which 'resume' goes on from: after every pass through the data, and at its end.")]
    public bool Checkpoints { get; init; } = true;

    [Description("Updates between two checkpoints, besides those after every pass through the data.")]
    public int? CheckpointInterval { get; init; }

    [Description("Whether there is a checkpoint after every pass through the data.")]
    public bool CheckpointEveryEpoch { get; init; } = true;

    [Description("How many of the last checkpoints are kept.")]
    public int KeepCheckpoints { get; init; } = 2;

    [Description("Whether the checkpoint of the best evaluation is kept besides.")]
    public bool KeepBestCheckpoint { get; init; } = true;

    [Description("Whether checkpoints hold weights that are never trained too; without it, they come from the model.")]
    public bool CheckpointAllWeights { get; init; }

    [Description("Threads to compute with; without it, one for each core.")]
    public int? Threads { get; init; }

    [Description("The GPU to compute on, counted from 0; without it, the CPU.")]
    public int? Gpu { get; init; }

    /// <summary>Bytes of a weight in memory.</summary>
    public int WeightSize => WeightType == WeightPrecision.Bfloat16 ? 2 : 4;

    /// <summary>The options of the training loop.</summary>
    /// <exception cref="UsageException">A value is out of range.</exception>
    public TrainingOptions ToTrainingOptions() => new()
    {
        Epochs = Epochs,
        MaxSteps = MaxSteps,
        BatchSize = BatchSize,
        GradientAccumulation = GradientAccumulation,
        Schedule = Schedule,
        WarmupFraction = WarmupFraction,
        EvaluationInterval = EvaluationInterval,
        SelectBy = SelectBy,
        RestoreBest = RestoreBest,
        Patience = EarlyStopping is < 1 ? throw new UsageException("early-stopping must be at least 1 evaluation.") : EarlyStopping,
        Recompute = ToRecompute(),
        FreedMemory = FreedMemory,
        Threads = Threads,
        OnNonFinite = OnNonFinite,
    };

    /// <summary>The files that the training reads: its data and its model.</summary>
    /// <param name="cancellationToken">Ends the download of a model.</param>
    /// <exception cref="ModelLoadException">The model is not there, or not understood.</exception>
    public virtual IEnumerable<string> InputFiles(CancellationToken cancellationToken) =>
        [.. new[] { Data, Validation }.OfType<string>(), .. Model is null ? [] : ModelSource.Files(Model, cancellationToken)];

    /// <summary>Refuses settings that no training can begin with.</summary>
    /// <param name="cancellationToken">Ends the download of a model.</param>
    /// <exception cref="UsageException">A value is wrong.</exception>
    /// <exception cref="ArgumentException">Two settings contradict each other.</exception>
    /// <exception cref="ModelLoadException">The model is not there, or not understood.</exception>
    public abstract void Check(CancellationToken cancellationToken);

    /// <summary>The same settings with full paths, which mean the same in every current folder.</summary>
    public virtual TrainerSettings WithFullPaths() => this with
    {
        Data = FullPath(Data),
        Model = Model is { } model && model.StartsWith(ModelSource.Hub, StringComparison.Ordinal) ? model : FullPath(Model),
        Validation = FullPath(Validation),
        Output = FullPath(Output),
    };

    /// <summary>Where training saves itself; null if it does not.</summary>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="resume">Whether to go on from the last checkpoint in it.</param>
    public CheckpointOptions? ToCheckpointOptions(RunFolder folder, bool resume)
    {
        if (CheckpointInterval is < 1)
            throw new UsageException("checkpoint-interval must be at least 1 update.");
        if (KeepCheckpoints < 1)
            throw new UsageException("keep-checkpoints must be at least 1.");
        return !Checkpoints ? null : new CheckpointOptions
        {
            Directory = folder.Checkpoints,
            EveryUpdates = CheckpointInterval,
            EveryEpoch = CheckpointEveryEpoch,
            Keep = KeepCheckpoints,
            KeepBest = KeepBestCheckpoint,
            AllWeights = CheckpointAllWeights,
            Resume = resume,
        };
    }

    /// <summary>The type of the weights as TorchSharp names it.</summary>
    private protected ScalarType ToScalarType() => WeightType == WeightPrecision.Bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32;

    private protected static string? FullPath(string? path) => string.IsNullOrEmpty(path) ? path : Path.GetFullPath(path);

    private Recompute ToRecompute() => Recompute switch
    {
        "none" => Training.Recompute.None,
        "all" => Training.Recompute.All,
        _ => int.TryParse(Recompute, NumberStyles.None, CultureInfo.InvariantCulture, out var stages)
            ? Training.Recompute.Lowest(stages)
            : throw new UsageException($"recompute is '{Recompute}', but must be 'none', 'all', or how many of the lowest layers."),
    };
}
