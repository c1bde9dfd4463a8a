using System.ComponentModel;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>The settings of <c>lm train</c>.</summary>
internal sealed record LanguageModelSettings : TrainerSettings
{
    [Description("Instead of a pretrained model, the shape of a new one: a config.json of model type llama, mistral or qwen2. Its tokenizer is learned from the data.")]
    public string? NewModel { get; init; }

    [Description("From how many characters of the data the tokenizer of a new model is learned.")]
    public int TokenizerCharacters { get; init; } = 10_000_000;

    [Description("Name of the data's column with texts, all of whose tokens are learned.")]
    public string TextColumn { get; init; } = "Text";

    [Description("Name of the data's column with prompts, which are read but not learned.")]
    public string? PromptColumn { get; init; }

    [Description("Name of the data's column with what follows the prompts.")]
    public string? CompletionColumn { get; init; }

    [Description("The most tokens of a sequence; without it, what the model takes, but no more than 1024.")]
    public int? SequenceLength { get; init; }

    [Description("Whether texts are packed into full sequences, in which none sees another.")]
    public bool Packing { get; init; } = true;

    [Description("Whether the id that ends a text is learned at the end of each.")]
    public bool AddEndOfText { get; init; } = true;

    [Description("How many sequences the buffer holds through which data is shuffled.")]
    public int ShuffleBufferSize { get; init; } = 1024;

    [Description("Whether embeddings and head stay as they are; without it, they do in a pretrained model, and are trained in full in a new one.")]
    public bool? FreezeEmbeddings { get; init; }

    public override int Epochs { get; init; } = 1;

    public override int BatchSize { get; init; } = 8;

    public override ModelSelection SelectBy { get; init; } = ModelSelection.Loss;

    /// <inheritdoc/>
    public override IEnumerable<string> InputFiles(CancellationToken cancellationToken) => [.. base.InputFiles(cancellationToken), .. new[] { NewModel }.OfType<string>()];

    /// <inheritdoc/>
    public override TrainerSettings WithFullPaths() => (LanguageModelSettings)base.WithFullPaths() with { NewModel = FullPath(NewModel) };

    /// <inheritdoc/>
    public override void Check(CancellationToken cancellationToken) =>
        _ = new MLContext().LanguageModeling.Trainers.BlockLlm(OptionErrors.Checked(() => ToOptions(cancellationToken)));

    /// <summary>The columns of a row that the data is read into.</summary>
    public CorpusColumns Columns => new(Data ?? throw new UsageException("No data is named to train on. Name a file: blockllm lm train DATA."), TextColumn, PromptColumn, CompletionColumn);

    /// <summary>The options of the trainer.</summary>
    /// <param name="cancellationToken">Ends the download of a model.</param>
    /// <exception cref="UsageException">A pretrained model and the shape of a new one are named, or neither is; or a value is out of range.</exception>
    public BlockLlmLanguageModelOptions ToOptions(CancellationToken cancellationToken) => new()
    {
        Model = OpenModel(cancellationToken),
        NewModel = NewModel is null ? null : NewShape.Read(NewModel),
        TokenizerCharacters = TokenizerCharacters,
        PromptColumnName = Columns.Kind == CorpusKind.Completions ? nameof(CompletionRow.Prompt) : null,
        CompletionColumnName = Columns.Kind == CorpusKind.Completions ? nameof(CompletionRow.Completion) : null,
        MessagesColumnName = Columns.Kind == CorpusKind.Conversations ? nameof(ConversationRow.Messages) : null,
        RowsAreLines = Columns.Kind == CorpusKind.Lines,
        SequenceLength = SequenceLength,
        Packing = Packing,
        AddEndOfText = AddEndOfText,
        ShuffleBufferSize = ShuffleBufferSize,
        FreezeEmbeddings = FreezeEmbeddings,
        WeightType = ToScalarType(),
        Training = ToTrainingOptions(),
        Method = ToMethod(),
        Seed = Seed,
    };

    /// <summary>The pretrained model; null if training begins with a new one.</summary>
    private PretrainedModel? OpenModel(CancellationToken cancellationToken) => (Model, NewModel) switch
    {
        ({ } pretrained, { } shape) => throw new UsageException(
            $"model names '{pretrained}' to begin with, and new-model '{shape}' the shape of new weights; training begins with one of them. Leave out one, or set it to 'none'."),
        (null, not null) => null,
        _ => ModelSource.Open(Model, cancellationToken),
    };
}
