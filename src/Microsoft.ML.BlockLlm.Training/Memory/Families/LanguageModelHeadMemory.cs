using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>The last RMS normalisation and logits over the vocabulary.</summary>
internal sealed class LanguageModelHeadMemory(LlamaConfig config) : StageMemory("lm_head", [new("model.norm.weight", config.HiddenSize), Output(config)])
{
    private readonly long _hidden = config.HiddenSize;
    private readonly long _vocabulary = config.VocabularySize;

    public override ActivationMemory Activations(BatchShape batch, Func<string, bool> isTrained)
    {
        var hidden = batch.Tokens * _hidden;
        return new ActivationMemory
        {
            Output = NumberSize * batch.Tokens * _vocabulary,
            Saved = NumberSize * (hidden + batch.Tokens + Parameters.Sum(parameter => isTrained(parameter.Name) ? hidden : 0)),
            Backward = NumberSize * hidden,
        };
    }

    private static ParameterSize Output(LlamaConfig config) =>
        new(config.TieWordEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight", (long)config.VocabularySize * config.HiddenSize);
}
