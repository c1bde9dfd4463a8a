using Microsoft.ML.BlockLlm.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What a model takes, stage by stage, known from its configuration alone: no weight is loaded.</summary>
public sealed class ModelMemory
{
    private ModelMemory(IEnumerable<StageMemory> stages, ScalarType weightType)
    {
        WeightType = weightType;
        Stages = [.. stages];
        Parameters = [.. Stages.SelectMany(stage => stage.Parameters).Distinct()];
    }

    /// <summary>The type of weights, activations and gradients: float32 or bfloat16.</summary>
    public ScalarType WeightType { get; }

    /// <summary>The stages, in the order in which they run.</summary>
    public IReadOnlyList<StageMemory> Stages { get; }

    /// <summary>All parameters, each once.</summary>
    public IReadOnlyList<ParameterSize> Parameters { get; }

    /// <summary>Bytes of a weight.</summary>
    internal long WeightSize => WeightType == ScalarType.BFloat16 ? 2 : 4;

    /// <summary>A language model: logits over the vocabulary at every token.</summary>
    /// <param name="config">Its configuration, of a decoder.</param>
    /// <param name="weightType">The type of its weights: float32, which is the default, or bfloat16.</param>
    /// <exception cref="ArgumentOutOfRangeException">Models do not compute in the type.</exception>
    /// <exception cref="NotSupportedException">The family predicts no next token.</exception>
    public static ModelMemory OfLanguageModel(ModelConfig config, ScalarType weightType = ScalarType.Float32)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new(DecoderMemory.LanguageModel(config) ?? throw new NotSupportedException(
            $"A model of type '{config.ModelType}' is no language model, so there is no memory plan for it as one. Plan for a classifier, with {nameof(OfClassifier)}."), Checked(weightType));
    }

    /// <summary>A classifier: a model with a head, as <see cref="PretrainedModel.CreateClassifier"/> makes it for one text a row.</summary>
    /// <param name="config">The model's configuration.</param>
    /// <param name="classCount">How many classes there are.</param>
    /// <param name="weightType">The type of its weights: float32, which is the default, or bfloat16.</param>
    /// <exception cref="ArgumentOutOfRangeException">Models do not compute in the type.</exception>
    /// <exception cref="NotSupportedException">The family has no memory plan.</exception>
    public static ModelMemory OfClassifier(ModelConfig config, int classCount, ScalarType weightType = ScalarType.Float32)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new(config switch
        {
            UseLiteConfig useLite => UseLiteMemory.Classifier(useLite, classCount),
            BertConfig bert => BertMemory.Classifier(bert, classCount),
            DistilBertConfig distilBert => BertMemory.Classifier(distilBert, classCount),
            _ => DecoderMemory.Classifier(config, classCount) ?? throw new NotSupportedException($"There is no memory plan for a model of type '{config.ModelType}'."),
        }, Checked(weightType));
    }

    /// <summary>The model with other stages.</summary>
    /// <param name="change">Makes a stage of a stage.</param>
    internal ModelMemory With(Func<StageMemory, StageMemory> change) => new(Stages.Select(change), WeightType);

    private static ScalarType Checked(ScalarType weightType) => weightType is ScalarType.Float32 or ScalarType.BFloat16
        ? weightType
        : throw new ArgumentOutOfRangeException(nameof(weightType), weightType, "Models compute in Float32 or BFloat16, so there is a memory plan for these only.");
}
