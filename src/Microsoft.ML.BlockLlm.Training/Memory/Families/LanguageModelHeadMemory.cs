using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>The last normalisation and logits over the vocabulary, of all tokens or, where these are too many, of some tokens at a time.</summary>
internal sealed class LanguageModelHeadMemory(DecoderConfig config, IReadOnlyList<ParameterSize> norm, string tiedEmbedding)
    : StageMemory("lm_head", [.. norm, Output(config, tiedEmbedding)])
{
    public override ActivationMemory Activations(BatchShape batch, Func<string, bool> isTrained)
    {
        var isWhole = batch.Tokens * config.VocabularySize <= StageEngine.DefaultMaxLogits;
        var tokens = isWhole ? batch.Tokens : Math.Max(1, StageEngine.DefaultMaxLogits / config.VocabularySize);
        var hidden = tokens * config.HiddenSize;
        return new ActivationMemory
        {
            Output = NumberSize * tokens * config.VocabularySize,
            Saved = NumberSize * (hidden + tokens + Parameters.Sum(parameter => isTrained(parameter.Name) ? hidden : 0)),
            Backward = NumberSize * hidden,
            Gathered = isWhole ? 0 : NumberSize * ((batch.Tokens * config.HiddenSize) + Parameters.Where(parameter => isTrained(parameter.Name)).Sum(parameter => parameter.Size)),
        };
    }

    private static ParameterSize Output(DecoderConfig config, string tiedEmbedding) =>
        new($"{(config.TieWordEmbeddings ? tiedEmbedding : "lm_head")}.weight", (long)config.VocabularySize * config.HiddenSize);
}
