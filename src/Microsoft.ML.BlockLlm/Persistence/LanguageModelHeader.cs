using Microsoft.ML.BlockLlm.Models;
using TorchSharp;

namespace Microsoft.ML.BlockLlm.Persistence;

/// <summary>What <c>language-model.json</c> holds: all that a saved language model is, besides its model and its training summary.</summary>
internal sealed record LanguageModelHeader
{
    public string? TextColumn { get; init; }

    public string? PromptColumn { get; init; }

    public string? CompletionColumn { get; init; }

    public string? MessagesColumn { get; init; }

    /// <summary>Whether texts are lines, each of which ends with a line break that the column does not hold.</summary>
    public bool RowsAreLines { get; init; }

    public required int SequenceLength { get; init; }

    /// <summary>Type of the weights in memory.</summary>
    public torch.ScalarType WeightType { get; init; } = torch.ScalarType.Float32;

    /// <summary>What stands at the end of texts; null for nothing.</summary>
    public int? EndOfTextId { get; init; }

    /// <summary>How texts go on in the column with generated ones; null if there is none.</summary>
    public GenerationOptions? Generation { get; init; }

    /// <summary>Checks that the header belongs to a model.</summary>
    /// <exception cref="FormatException">It does not.</exception>
    public LanguageModelHeader CheckFits(CausalLanguageModel network)
    {
        string?[] columns = [TextColumn, MessagesColumn, PromptColumn ?? CompletionColumn];
        if (columns.Count(column => column is not null) != 1 || PromptColumn is null != CompletionColumn is null)
            throw new FormatException("It must name either a text column, or a prompt and a completion column, or a messages column.");
        if (columns.Append(CompletionColumn).Any(column => column is not null && string.IsNullOrWhiteSpace(column)))
            throw new FormatException("The name of a column is empty.");
        if (RowsAreLines && TextColumn is null)
            throw new FormatException("RowsAreLines is set, but there is no text column.");
        if (SequenceLength < 2 || SequenceLength > network.Config.MaxTokens)
            throw new FormatException($"SequenceLength is {SequenceLength}, but the model takes from 2 to {network.Config.MaxTokens} tokens.");
        if (EndOfTextId is { } end && (end < 0 || end >= network.Config.VocabularySize))
            throw new FormatException($"EndOfTextId is {end}, but the model knows ids from 0 to {network.Config.VocabularySize - 1}.");
        return network.Tokenizer is null ? throw new FormatException("The model has no tokenizer.") : this;
    }
}
