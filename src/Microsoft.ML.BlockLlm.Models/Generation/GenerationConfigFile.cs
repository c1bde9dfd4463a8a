namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// A folder's <c>generation_config.json</c>, which says how its authors have the model write. Of it, the ids that end a text are taken over; what decides
/// how tokens are picked is left to <see cref="GenerationOptions"/>. It is written as it was read.
/// </summary>
internal sealed class GenerationConfigFile
{
    /// <summary>The file's name.</summary>
    public const string Name = "generation_config.json";

    private const string EndOfText = "eos_token_id";

    private readonly byte[] _bytes;

    private GenerationConfigFile(byte[] bytes, IReadOnlyList<int>? endOfTextIds)
    {
        _bytes = bytes;
        EndOfTextIds = endOfTextIds;
    }

    /// <summary>The ids that end a text; null if the file names none.</summary>
    public IReadOnlyList<int>? EndOfTextIds { get; }

    /// <summary>Reads the file; null if there is none.</summary>
    /// <exception cref="ModelLoadException">The file is broken, or names an id that the model does not know.</exception>
    public static GenerationConfigFile? ReadIfThere(ModelFileReader reader, ModelConfig config, string source) => BoundedFile.ReadIfThere(reader, Name, source) is { } json
        ? new(json, JsonPart.Read(json, $"{source}, {Name}", "description of how to generate", root => ReadEndOfText(root, config)))
        : null;

    /// <summary>Writes the file.</summary>
    public void Write(ModelFileWriter writer) => writer(Name, stream => stream.Write(_bytes));

    private static List<int>? ReadEndOfText(JsonPart root, ModelConfig config)
    {
        if (root.Optional(EndOfText) is not { } part)
            return null;
        IEnumerable<JsonPart> parts = part.Element.ValueKind == System.Text.Json.JsonValueKind.Array ? part.Items() : [part];
        var ids = parts.Select(item => item.Element.GetInt32()).ToList();
        return ids.TrueForAll(id => id >= 0 && id < config.VocabularySize)
            ? ids
            : throw part.Wrong($"the ids {string.Join(", ", ids)} must lie between 0 and {config.VocabularySize - 1}");
    }
}
