using System.Runtime.CompilerServices;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm;

/// <summary>Options of a <see cref="BlockLlmLanguageModelTrainer"/>. Immutable: change a copy with <c>with</c>.</summary>
/// <remarks>
/// <see cref="Epochs"/>, <see cref="MaxSteps"/>, <see cref="BatchSize"/>, <see cref="Sparsity"/>, <see cref="LearningRate"/> and <see cref="Checkpoints"/> are the ones most often
/// changed; they are short for the values of the same name in <see cref="Training"/> and <see cref="Method"/> or <see cref="Optimizer"/>, where all others are, and win over
/// those in whatever order they are set. Values are checked where they are set.
/// </remarks>
public sealed record BlockLlmLanguageModelOptions
{
    private readonly int? _epochs;
    private readonly Given<int?>? _maxSteps;
    private readonly int? _batchSize;
    private readonly Given<CheckpointOptions?>? _checkpoints;

    /// <summary>The model to start from: a pretrained one, or with <see cref="PretrainedModel.FromConfig(ModelConfig, string, ulong)"/> new weights and a tokenizer that exists. Default null: <see cref="NewModel"/> is given.</summary>
    public PretrainedModel? Model { get; init; }

    /// <summary>
    /// The shape of a new model, if <see cref="Model"/> is null. Its byte-level BPE tokenizer is learned from the training data and has at most
    /// <see cref="ModelConfig.VocabularySize"/> ids, of which 256 are bytes and one is <c>&lt;|endoftext|&gt;</c>: with 257, bytes are the tokens. The
    /// model gets embeddings for as many ids as the tokenizer has in the end.
    /// </summary>
    public DecoderConfig? NewModel { get; init; }

    /// <summary>From how many characters of the training data the tokenizer of a new model is learned. Default 10,000,000.</summary>
    public int TokenizerCharacters
    {
        get;
        init => field = value >= 1 ? value : throw OutOfRange(value, "at least 1");
    } = 10_000_000;

    /// <summary>Name of the text column, whose tokens are all learned. Default "Text". Not read if prompts or messages are.</summary>
    public string TextColumnName { get; init => field = ColumnName(value); } = "Text";

    /// <summary>Name of the column with prompts, which are read but not learned; needs <see cref="CompletionColumnName"/>. Default null: rows hold whole texts.</summary>
    public string? PromptColumnName { get; init => field = value is null ? null : ColumnName(value); }

    /// <summary>Name of the column with what follows the prompts, exactly as it is to follow: begin it with a space if there is to be one. Default null: rows hold whole texts.</summary>
    public string? CompletionColumnName { get; init => field = value is null ? null : ColumnName(value); }

    /// <summary>
    /// Name of the text column with conversations in JSON, <c>[{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]</c>, or an
    /// object that has them under <c>messages</c>, as files of JSON lines do. The model's chat template makes texts of them, and the assistant's
    /// replies are learned. Default null: rows hold no conversations.
    /// </summary>
    public string? MessagesColumnName { get; init => field = value is null ? null : ColumnName(value); }

    /// <summary>
    /// Whether rows are consecutive lines of one running text, as <see cref="TextLinesExtensions.LoadFromTextLines"/> gives them, rather than documents of their own. They are joined again, each with a line
    /// break at its end, for training. The columns of the trained model measure each line by itself, with that line break. Default false.
    /// </summary>
    public bool RowsAreLines { get; init; }

    /// <summary>How texts go on in the output column <c>GeneratedText</c>. Default null: there is no such column.</summary>
    public GenerationOptions? Generation { get; init; }

    /// <summary>The most tokens of a sequence. Default null: what the model takes, but no more than 1,024. Longer texts are learned in pieces; of a longer prompt the beginning is dropped.</summary>
    public int? SequenceLength
    {
        get;
        init => field = value is null or >= 2 ? value : throw OutOfRange(value, "at least 2, or null for the model's own limit");
    }

    /// <summary>
    /// Whether texts are packed into full sequences, in which no text sees another and positions begin anew with each. Default true. If false, each text is a sequence of
    /// its own and padded to the longest of its batch.
    /// </summary>
    public bool Packing { get; init; } = true;

    /// <summary>Whether the id that ends a text, if the model has one, is learned at the end of each text and completion, so that generated texts end. Default true. Lines and conversations get none.</summary>
    public bool AddEndOfText { get; init; } = true;

    /// <summary>How many sequences the buffer holds through which training data is shuffled. Default 1,024.</summary>
    public int ShuffleBufferSize
    {
        get;
        init => field = value >= 1 ? value : throw OutOfRange(value, "at least 1");
    } = 1024;

    /// <summary>
    /// Whether the embeddings and the weight of the head stay as they are. Default null: frozen in a pretrained model, and trained in full at every update, outside the
    /// budget, in a new one. False makes them candidates like all other weights.
    /// </summary>
    public bool? FreezeEmbeddings { get; init; }

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

    /// <summary>How often training goes through the data. Default 1.</summary>
    public int Epochs { get => Training.Epochs; init => _epochs = new TrainingOptions { Epochs = value }.Epochs; }

    /// <summary>
    /// How many updates to make, going through the data as often as that takes, whatever <see cref="Epochs"/> says. Training then begins at once. Default null: the
    /// data is read once before, to count its sequences.
    /// </summary>
    public int? MaxSteps { get => Training.MaxSteps; init => _maxSteps = new(new TrainingOptions { MaxSteps = value }.MaxSteps); }

    /// <summary>How many sequences go through the model at once. Default 8.</summary>
    public int BatchSize { get => Training.BatchSize; init => _batchSize = new TrainingOptions { BatchSize = value }.BatchSize; }

    /// <summary>Share of the candidate weights that an update leaves alone, in [0, 1): an option of BlockLLM, refused with another <see cref="Method"/>. Default 0.95.</summary>
    public double Sparsity { get => Optimizer.Sparsity; init => MethodChoice = MethodChoice with { Sparsity = Valid(new() { Sparsity = value }).Sparsity }; }

    /// <summary>The learning rate at its highest, after warm-up, whatever the <see cref="Method"/>. Default: that of the method, which is 0.001 for BlockLLM.</summary>
    public double LearningRate { get => Method.LearningRate; init => MethodChoice = MethodChoice with { LearningRate = Valid(new() { LearningRate = value }).LearningRate }; }

    /// <summary>
    /// How training runs: schedule, accumulation, evaluation, early stopping, memory. What is not set in it is as in a <c>new TrainingOptions()</c>, but for one epoch, batches of 8, and the lowest loss as
    /// what makes an evaluation the best. Its seed is not used, for <see cref="Seed"/> is.
    /// </summary>
    public TrainingOptions Training
    {
        get => field with
        {
            Epochs = _epochs ?? field.Epochs,
            MaxSteps = _maxSteps is { } maxSteps ? maxSteps.Value : field.MaxSteps,
            BatchSize = _batchSize ?? field.BatchSize,
            Checkpoints = _checkpoints is { } checkpoints ? checkpoints.Value : field.Checkpoints,
        };
        init => field = WithDefaults(value ?? throw new ArgumentNullException(nameof(Training), "Training must be options; leave it out for the defaults."));
    } = WithDefaults(new());

    /// <summary>
    /// How BlockLLM chooses and updates weights: sparsity, patience, clipping, weight decay, what else is frozen or always trained. Default: gradients clipped to a norm of
    /// 1, all else as in <see cref="BlockLlmOptimizerOptions"/>. Options given here clip only if they say so themselves (<c>MaxGradientNorm</c>).
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

    /// <summary>Data to evaluate the model on while it trains; the weights that did best on it are kept. Default null: none. It needs the columns of the training data.</summary>
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

    /// <summary>Fixes the order of the sequences, new weights, the dropout masks and what the method draws, unless its options have a seed of their own. Default null: drawn from the context, so that a context with a seed gives the same model every time; a training that goes on from a checkpoint keeps its seed.</summary>
    public int? Seed { get; init; }

    /// <summary>What <see cref="Method"/> follows from.</summary>
    internal MethodChoice MethodChoice { get; init; }

    private static TrainingOptions WithDefaults(TrainingOptions training) => training.WithDefaults(epochs: 1, batchSize: 8, ModelSelection.Loss);

    private static BlockLlmOptimizerOptions Valid(BlockLlmOptimizerOptions options)
    {
        options.Validate();
        return options;
    }

    private static string ColumnName(string value, [CallerMemberName] string option = "") =>
        string.IsNullOrWhiteSpace(value) ? throw new ArgumentException($"{option} must be the name of a column, but is empty.", option) : value;

    private static ArgumentOutOfRangeException OutOfRange(int? value, string range, [CallerMemberName] string option = "") =>
        new(option, value, $"{option} must be {range}.");
}
