using System.Runtime.CompilerServices;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm;

/// <summary>Options of a <see cref="BlockLlmTextClassificationTrainer"/>. Immutable: change a copy with <c>with</c>.</summary>
/// <remarks>
/// <see cref="Epochs"/>, <see cref="BatchSize"/>, <see cref="Sparsity"/>, <see cref="LearningRate"/> and <see cref="Checkpoints"/> are the ones most often changed; they are short
/// for the values of the same name in <see cref="Training"/> and <see cref="Method"/> or <see cref="Optimizer"/>, where all others are, and win over those in whatever order they
/// are set. Values are checked where they are set.
/// </remarks>
public sealed record BlockLlmTextClassificationOptions
{
    private readonly int? _epochs;
    private readonly int? _batchSize;
    private readonly Given<CheckpointOptions?>? _checkpoints;

    /// <summary>The pretrained model to start from.</summary>
    public required PretrainedModel Model
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(Model), "Model must be a pretrained model, such as that of PretrainedModel.FromDirectory.");
    }

    /// <summary>Name of the label column, a key of <see cref="uint"/>. Default "Label".</summary>
    public string LabelColumnName { get; init => field = ColumnName(value); } = "Label";

    /// <summary>Name of the text column. Default "Text".</summary>
    public string TextColumnName { get; init => field = ColumnName(value); } = "Text";

    /// <summary>Name of the column with the second text of each pair. Default null: rows hold one text.</summary>
    public string? SecondTextColumnName { get; init => field = value is null ? null : ColumnName(value); }

    /// <summary>Name of the output column with the likeliest class. Default "PredictedLabel".</summary>
    public string PredictedLabelColumnName { get; init => field = ColumnName(value); } = "PredictedLabel";

    /// <summary>Name of the output column with the probability of each class. Default "Score".</summary>
    public string ScoreColumnName { get; init => field = ColumnName(value); } = "Score";

    /// <summary>Tokens of a text that are read; what follows is cut off. Default null: as many as the model takes.</summary>
    public int? MaxTokens
    {
        get;
        init => field = value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(MaxTokens), value, "MaxTokens must be at least 1, or null for the model's own limit.");
    }

    /// <summary>Share of the encoder's features that training hides from the new head, from 0 up to but not 1. Default 0.1.</summary>
    public double Dropout
    {
        get;
        init => field = value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(Dropout), value, "Dropout is a share and must be from 0 up to, but not, 1.");
    } = 0.1;

    /// <summary>Whether the token embeddings stay as they were pretrained. Default true: few of them occur in any one batch, so fine-tuning moves them little and unevenly.</summary>
    public bool FreezeEmbeddings { get; init; } = true;

    /// <summary>
    /// Type of the model's weights in memory, in training, after it and in the model file: <see cref="ScalarType.Float32"/>, or <see cref="ScalarType.BFloat16"/>, which takes half the
    /// memory and has 8 significant bits; <see cref="StagewiseOptimizerOptions.LowPrecision"/> says how updates too small for them are kept. Default: Float32, whatever the pretrained weights are stored in.
    /// </summary>
    public ScalarType WeightType
    {
        get;
        init => field = value is ScalarType.Float32 or ScalarType.BFloat16
            ? value
            : throw new ArgumentOutOfRangeException(nameof(WeightType), value, "WeightType must be Float32 or BFloat16.");
    } = ScalarType.Float32;

    /// <summary>How often training goes through the data. Default 3.</summary>
    public int Epochs { get => Training.Epochs; init => _epochs = new TrainingOptions { Epochs = value }.Epochs; }

    /// <summary>How many rows go through the model at once. Default 32.</summary>
    public int BatchSize { get => Training.BatchSize; init => _batchSize = new TrainingOptions { BatchSize = value }.BatchSize; }

    /// <summary>Share of the candidate weights that an update leaves alone, in [0, 1): an option of BlockLLM, refused with another <see cref="Method"/>. Default 0.95.</summary>
    public double Sparsity { get => Optimizer.Sparsity; init => MethodChoice = MethodChoice with { Sparsity = Valid(new() { Sparsity = value }).Sparsity }; }

    /// <summary>The learning rate at its highest, after warm-up, whatever the <see cref="Method"/>. Default: that of the method, which is 0.001 for BlockLLM.</summary>
    public double LearningRate { get => Method.LearningRate; init => MethodChoice = MethodChoice with { LearningRate = Valid(new() { LearningRate = value }).LearningRate }; }

    /// <summary>How training runs: schedule, accumulation, evaluation, early stopping, memory. Its seed is not used, for <see cref="Seed"/> is.</summary>
    public TrainingOptions Training
    {
        get => field with
        {
            Epochs = _epochs ?? field.Epochs,
            BatchSize = _batchSize ?? field.BatchSize,
            Checkpoints = _checkpoints is { } checkpoints ? checkpoints.Value : field.Checkpoints,
        };
        init => field = value ?? throw new ArgumentNullException(nameof(Training), "Training must be options; leave it out for the defaults.");
    } = new();

    /// <summary>
    /// How BlockLLM chooses and updates weights: sparsity, patience, clipping, weight decay, what is frozen and what is always trained besides the
    /// head. Default: gradients clipped to a norm of 1, all else as in <see cref="BlockLlmOptimizerOptions"/>. Options given here clip only if
    /// they say so themselves (<c>MaxGradientNorm</c>).
    /// </summary>
    public BlockLlmOptimizerOptions Optimizer
    {
        get => MethodChoice.BlockLlm;
        init => MethodChoice = MethodChoice with { Optimizer = Valid(value ?? throw new ArgumentNullException(nameof(Optimizer), "Optimizer must be options; leave it out for the defaults.")) };
    }

    /// <summary>
    /// How the weights are trained: <see cref="TrainingMethod"/> has a factory for each method, as in <c>Method = TrainingMethod.AdamW()</c>. New heads are trained by AdamW whatever the
    /// method, except by SGD, which trains them itself. Default: BlockLLM with the options of <see cref="Optimizer"/>; to give some here and there is refused.
    /// </summary>
    public TrainingMethod Method
    {
        get => MethodChoice.Chosen;
        init => MethodChoice = MethodChoice with { Method = value ?? throw new ArgumentNullException(nameof(Method), "Method must be a training method; leave it out for BlockLLM.") };
    }

    /// <summary>
    /// Data to evaluate the model on while it trains; the weights that did best on it are kept. Default null: none. It needs the columns
    /// of the training data, so transform it with the steps before the trainer.
    /// </summary>
    public IDataView? ValidationSet { get; init; }

    /// <summary>
    /// Where training saves itself. Default null: it does not. <c>Fit</c> with a folder that has checkpoints goes on from the last one, in a later process too, and ends with the model that
    /// an uninterrupted fit gives. A folder is of one training on one set of data: cross-validation needs none, or one for each fold.
    /// </summary>
    public CheckpointOptions? Checkpoints { get => Training.Checkpoints; init => _checkpoints = new(value); }

    /// <summary>Takes a report after every update. Default null: nobody. Some of the reports also go to <see cref="MLContext.Log"/>.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Ends training within one step; the result is the best model so far, and a checkpoint is saved if there are <see cref="Checkpoints"/>. Default: never. <see cref="TerminationSignal"/> has one for SIGTERM.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Fixes the order of the rows, the new weights, the dropout masks and what the method draws, unless its options have a seed of their own. Default null: drawn from the context, so that a context with a seed gives the same model every time; a training that goes on from a checkpoint keeps its seed.</summary>
    public int? Seed { get; init; }

    /// <summary>What <see cref="Method"/> follows from.</summary>
    internal MethodChoice MethodChoice { get; init; }

    private static BlockLlmOptimizerOptions Valid(BlockLlmOptimizerOptions options)
    {
        options.Validate();
        return options;
    }

    private static string ColumnName(string value, [CallerMemberName] string option = "") =>
        string.IsNullOrWhiteSpace(value) ? throw new ArgumentException($"{option} must be the name of a column, but is empty.", option) : value;
}
