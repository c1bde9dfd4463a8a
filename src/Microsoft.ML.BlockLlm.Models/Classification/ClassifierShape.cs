using System.Text.Json.Nodes;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>What a classification head is built from, and how <c>config.json</c> says it.</summary>
internal sealed record ClassifierShape(int ClassCount, bool TextPairs, double Dropout)
{
    private const string ClassCountKey = "num_labels";
    private const string TextPairsKey = "text_pairs";
    private const string DropoutKey = "classifier_dropout";

    public static ClassifierShape FromConfig(ModelDescription description)
    {
        var shape = new ClassifierShape(
            description.ConfigValue<int>(ClassCountKey), description.ConfigValue<bool>(TextPairsKey), description.ConfigValue<double>(DropoutKey));
        if (shape.ClassCount < 2)
            throw new ModelLoadException($"{description.Source}, {ModelFiles.Config} has no {ClassCountKey} of at least 2, so the model is no classifier. Make one with PretrainedModel.CreateClassifier.");
        if (shape.Dropout is not (>= 0 and < 1))
            throw new ModelLoadException($"{description.Source}, {ModelFiles.Config}: {DropoutKey} is {shape.Dropout}; it must be from 0 up to, but not, 1.");
        return shape;
    }

    public IEnumerable<KeyValuePair<string, JsonNode>> ToConfig() =>
    [
        new(ClassCountKey, ClassCount),
        new(TextPairsKey, TextPairs),
        new(DropoutKey, Dropout),
    ];
}
