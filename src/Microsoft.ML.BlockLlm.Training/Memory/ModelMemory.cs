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
    /// <param name="config">Its configuration, of a decoder.</param>
    /// <exception cref="NotSupportedException">The family predicts no next token.</exception>
    public static ModelMemory OfLanguageModel(ModelConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new(DecoderMemory.LanguageModel(config) ?? throw new NotSupportedException(
            $"A model of type '{config.ModelType}' is no language model, so there is no memory plan for it as one. Plan for a classifier, with {nameof(OfClassifier)}."));
    }

    /// <summary>A classifier: a model with a head, as <see cref="PretrainedModel.CreateClassifier"/> makes it for one text a row.</summary>
    /// <param name="config">The model's configuration.</param>
    /// <param name="classCount">How many classes there are.</param>
    /// <exception cref="NotSupportedException">The family has no memory plan.</exception>
    public static ModelMemory OfClassifier(ModelConfig config, int classCount)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new(config switch
        {
            UseLiteConfig useLite => UseLiteMemory.Classifier(useLite, classCount),
            BertConfig bert => BertMemory.Classifier(bert, classCount),
            DistilBertConfig distilBert => BertMemory.Classifier(distilBert, classCount),
            _ => DecoderMemory.Classifier(config, classCount) ?? throw new NotSupportedException($"There is no memory plan for a model of type '{config.ModelType}'."),
        });
    }
}
