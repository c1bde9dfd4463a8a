using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A tokenizer as a model's files describe it.</summary>
/// <param name="Tokenizer">Turns text into ids, without the special tokens around it.</param>
/// <param name="VocabularySize">One more than the largest id.</param>
/// <param name="Template">The special tokens around a text or a pair; null if the files name none.</param>
internal sealed record LoadedTokenizer(Tokenizer Tokenizer, int VocabularySize, TokenTemplate? Template)
{
    /// <summary>Makes what turns texts into batches for a model.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="maxTokens">Cuts texts to fewer tokens than the model can take; null for what it can take.</param>
    /// <param name="pairsAreTwoRows">Whether a model reads the texts of a pair apart.</param>
    public BatchEncoder CreateBatchEncoder(ModelConfig config, int? maxTokens, bool pairsAreTwoRows)
    {
        if (maxTokens is { } limit && (limit < 1 || limit > config.MaxTokens))
            throw new ArgumentOutOfRangeException(nameof(maxTokens), maxTokens, $"The model takes from 1 to {config.MaxTokens} tokens of a text.");
        var space = Tokenizer.EncodeToIds(" ");
        return new BatchEncoder(Tokenizer, Template ?? TokenTemplate.Plain, maxTokens ?? config.MaxTokens, config.PaddingId,
            emptyTextId: space.Count > 0 ? space[0] : config.PaddingId, pairsAreTwoRows);
    }
}
