using System.Text.Json.Nodes;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>What a classification head is built from, and how <c>config.json</c> says it.</summary>
internal sealed record ClassifierShape(int ClassCount, bool TextPairs, double Dropout)
{
    private const string ClassCountKey = "num_labels";
    private const string ClassNamesKey = "id2label";
    private const string ClassIdsKey = "label2id";
    private const string TextPairsKey = "text_pairs";
    private const string ArchitecturesKey = "architectures";
    private const double DefaultDropout = 0.1;

    public static ClassifierShape FromConfig(ModelDescription description)
    {
        var dropoutKey = description.Family.HeadDropoutField;
        var shape = new ClassifierShape(
            // transformers writes the number of labels only as the number of their names.
            description.ConfigValue(ClassCountKey, description.ConfigObject(ClassNamesKey)?.Count ?? 0),
            description.ConfigValue<bool>(TextPairsKey),
            description.ConfigValue(dropoutKey, DefaultDropout));
        if (shape.ClassCount < 2)
            throw new ModelLoadException($"{description.Source}, {ModelFiles.Config} has no {ClassCountKey} of at least 2, so the model is no classifier. Make one with PretrainedModel.CreateClassifier.");
        if (shape.Dropout is not (>= 0 and < 1))
            throw new ModelLoadException($"{description.Source}, {ModelFiles.Config}: {dropoutKey} is {shape.Dropout}; it must be from 0 up to, but not, 1.");
        return shape;
    }

    /// <summary>What to change in a configuration for a classifier of this shape.</summary>
    public IEnumerable<KeyValuePair<string, JsonNode>> ToConfig(ModelDescription description)
    {
        yield return new(ClassCountKey, ClassCount);
        yield return new(TextPairsKey, TextPairs);
        yield return new(description.Family.HeadDropoutField, Dropout);
        if (description.Family.ClassifierArchitecture is not { } architecture)
            yield break;
        yield return new(ArchitecturesKey, new JsonArray(architecture));
        if (description.ConfigObject(ClassNamesKey)?.Count == ClassCount)
            yield break;
        // Names of other classes would make transformers build a head of another size.
        var names = Enumerable.Range(0, ClassCount).Select(id => (Id: id, Name: $"LABEL_{id}")).ToList();
        yield return new(ClassNamesKey, new JsonObject(names.Select(label => KeyValuePair.Create($"{label.Id}", (JsonNode?)label.Name))));
        yield return new(ClassIdsKey, new JsonObject(names.Select(label => KeyValuePair.Create(label.Name, (JsonNode?)label.Id))));
    }
}
