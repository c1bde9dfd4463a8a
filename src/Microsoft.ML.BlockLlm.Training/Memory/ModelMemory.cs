using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What a model takes, stage by stage, known from its configuration alone: no weight is loaded.</summary>
public sealed class ModelMemory
{
    private ModelMemory(IEnumerable<StageMemory> stages)
    {
        Stages = [.. stages];
        Parameters = [.. Stages.SelectMany(stage => stage.Parameters).Distinct()];
    }

    /// <summary>The stages, in the order in which they run.</summary>
    public IReadOnlyList<StageMemory> Stages { get; }

    /// <summary>All parameters, each once.</summary>
    public IReadOnlyList<ParameterSize> Parameters { get; }

    /// <summary>A language model: logits over the vocabulary at every token.</summary>
    /// <param name="config">Its configuration, of the LLaMA family.</param>
    /// <exception cref="NotSupportedException">The family has no memory plan.</exception>
    public static ModelMemory OfLanguageModel(ModelConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config is LlamaConfig llama ? new(LlamaMemory.LanguageModel(llama)) : throw Unknown(config);
    }

    /// <summary>A classifier: an encoder with a head.</summary>
    /// <param name="config">The encoder's configuration, of a Universal Sentence Encoder lite.</param>
    /// <param name="classCount">How many classes there are.</param>
    /// <exception cref="NotSupportedException">The family has no memory plan.</exception>
    public static ModelMemory OfClassifier(ModelConfig config, int classCount)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config is UseLiteConfig useLite ? new(UseLiteMemory.Classifier(useLite, classCount)) : throw Unknown(config);
    }

    private static NotSupportedException Unknown(ModelConfig config) =>
        new($"There is no memory plan for such a model of type '{config.ModelType}'. There are plans for language models of type llama, mistral and qwen2, and for classifiers of type {UseLiteConfig.ModelTypeName}.");
}
