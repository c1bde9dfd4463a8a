using System.Text.Json.Nodes;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>What a classification head is built from, and how <c>config.json</c> says it.</summary>
/// <param name="ClassCount">How many classes there are.</param>
/// <param name="TextPairs">Whether each row is a pair of texts.</param>
/// <param name="Dropout">Share of the encoder's features that training hides from the head.</param>
/// <param name="ClassNames">The classes' names, as many as there are classes; null for those that transformers gives classes without names.</param>
internal sealed record ClassifierShape(int ClassCount, bool TextPairs, double Dropout, IReadOnlyList<string>? ClassNames = null)
{
    private const string ClassCountKey = "num_labels";
    private const string ClassNamesKey = "id2label";
    private const string ClassIdsKey = "label2id";
    private const string TextPairsKey = "text_pairs";
    private const string ArchitecturesKey = "architectures";
    private const string ProblemTypeKey = "problem_type";
    private const string SingleLabel = "single_label_classification";
    private const double DefaultDropout = 0.1;

    private IReadOnlyList<string>? _classNames = ClassNames;

    // Made when they are asked for: a broken file may name any number of classes, which the weights refuse.
    public IReadOnlyList<string> ClassNames => _classNames ??= [.. Enumerable.Range(0, ClassCount).Select(id => $"LABEL_{id}")];

    /// <summary>What the classes of a loaded classifier are to each other; null for a new one, of whose classes a text has one.</summary>
    public string? ProblemType { get; init; }

    public static ClassifierShape FromConfig(ModelDescription description)
    {
        var dropoutKey = description.Family.HeadDropoutField;
        var names = description.ConfigObject(ClassNamesKey);
        // transformers writes the number of labels only as the number of their names.
        var classCount = description.ConfigValue(ClassCountKey, names?.Count ?? 0);
        var dropout = description.ConfigValue(dropoutKey, DefaultDropout);
        if (classCount < 2)
            throw new ModelLoadException($"{description.Source}, {ModelFiles.Config} has no {ClassCountKey} of at least 2, so the model is no classifier. Make one with PretrainedModel.CreateClassifier.");
        if (dropout is not (>= 0 and < 1))
            throw new ModelLoadException($"{description.Source}, {ModelFiles.Config}: {dropoutKey} is {dropout}; it must be from 0 up to, but not, 1.");
        return new ClassifierShape(classCount, description.ConfigValue<bool>(TextPairsKey), dropout, ReadNames(names, classCount))
        {
            ProblemType = description.ConfigValue<string>(ProblemTypeKey),
        };
    }

    /// <summary>What to change in a configuration for a classifier of this shape.</summary>
    public IEnumerable<KeyValuePair<string, JsonNode>> ToConfig(ModelDescription description)
    {
        yield return new(ClassCountKey, ClassCount);
        yield return new(TextPairsKey, TextPairs);
        yield return new(description.Family.HeadDropoutField, Dropout);
        var names = ClassNames.Index().ToList();
        yield return new(ClassNamesKey, new JsonObject(names.Select(name => KeyValuePair.Create($"{name.Index}", (JsonNode?)name.Item))));
        yield return new(ClassIdsKey, new JsonObject(names.DistinctBy(name => name.Item).Select(name => KeyValuePair.Create(name.Item, (JsonNode?)name.Index))));
        if (description.ConfigValue<string>(ProblemTypeKey) is not null)
            yield return new(ProblemTypeKey, ProblemType ?? SingleLabel);
        if (description.Family.ClassifierArchitecture is { } architecture)
            yield return new(ArchitecturesKey, new JsonArray(architecture));
    }

    // Names of other classes than the head's are none.
    private static List<string>? ReadNames(JsonObject? names, int classCount)
    {
        var found = Enumerable.Range(0, names?.Count == classCount ? classCount : 0)
            .Select(id => names![$"{id}"]?.ToString()).OfType<string>().ToList();
        return found.Count == classCount ? found : null;
    }
}
