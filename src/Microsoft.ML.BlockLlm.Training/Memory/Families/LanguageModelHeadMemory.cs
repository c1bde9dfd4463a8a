using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>The last normalisation and logits over the vocabulary, of all tokens or, where these are too many, of some tokens at a time.</summary>
internal sealed class LanguageModelHeadMemory(DecoderConfig config, IReadOnlyList<ParameterSize> norm, string tiedEmbedding)
    : StageMemory("lm_head", [.. norm, Output(config, tiedEmbedding)])
{
    public override ActivationMemory Activations(BatchShape batch, Func<string, bool> isTrained, long numberSize)
    {
        var mostTokens = StageEngine.DefaultLogitBytes / numberSize / config.VocabularySize;
        var isWhole = batch.Tokens <= mostTokens;
        var tokens = isWhole ? batch.Tokens : Math.Max(1, mostTokens);
        var hidden = tokens * config.HiddenSize;
        return new ActivationMemory
        {
            Output = numberSize * tokens * config.VocabularySize,
            Saved = numberSize * (hidden + tokens + WidenedInput(hidden, numberSize) + Parameters.Sum(parameter => isTrained(parameter.Name) ? hidden : 0)),
            Backward = numberSize * hidden,
            // The gradients of parameters are summed in 32-bit floats.
            Gathered = isWhole ? 0 : (numberSize * batch.Tokens * config.HiddenSize) +
                (sizeof(float) * Parameters.Where(parameter => isTrained(parameter.Name)).Sum(parameter => parameter.Size)),
        };
    }

    /// <summary>RMS normalisation, which alone has no bias, is computed in 32-bit floats.</summary>
    private long WidenedInput(long hidden, long numberSize) => norm.Count == 1 ? Widened(hidden, numberSize) : 0;

    private static ParameterSize Output(DecoderConfig config, string tiedEmbedding) =>
        ParameterSize.Matrix($"{(config.TieWordEmbeddings ? tiedEmbedding : "lm_head")}.weight", config.VocabularySize, config.HiddenSize);
}
