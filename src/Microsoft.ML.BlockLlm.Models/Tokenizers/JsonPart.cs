using System.Text.Json;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A part of a JSON file that knows where it stands, so that what is wrong with it can be said.</summary>
internal readonly record struct JsonPart(JsonElement Element, string Path, string Source)
{
    /// <summary>The largest id of a token: no vocabulary is larger, and a file of a few bytes can name any.</summary>
    public const int MaxId = 1 << 24;

    /// <summary>The value of <c>type</c>.</summary>
    public string Type => String("type");

    /// <summary>Reads a file. What System.Text.Json throws for broken content becomes a <see cref="ModelLoadException"/>.</summary>
    /// <param name="json">The file's bytes.</param>
    /// <param name="source">What to call the file in messages, such as its path.</param>
    /// <param name="kind">What kind of file it should be.</param>
    /// <param name="read">Reads the root.</param>
    public static T Read<T>(byte[] json, string source, string kind, Func<JsonPart, T> read)
    {
        try
        {
            StrictJson.RequireTexts(json);
            using var document = JsonDocument.Parse(json, StrictJson.Options);
            return read(new JsonPart(document.RootElement, "", source));
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException or TimeoutException)
        {
            throw new ModelLoadException($"{source} is no valid {kind}: {exception.Message}", exception);
        }
    }

    /// <summary>A property, or null if it is missing or null.</summary>
    public JsonPart? Optional(string name) => Element.ValueKind == JsonValueKind.Object && Element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
        ? new JsonPart(value, Path.Length == 0 ? name : $"{Path}.{name}", Source)
        : null;

    /// <summary>A property that was come upon.</summary>
    public JsonPart Item(JsonProperty property) => new(property.Value, Path.Length == 0 ? property.Name : $"{Path}.{property.Name}", Source);

    /// <summary>A property that must be there.</summary>
    public JsonPart Required(string name) => Optional(name) ?? throw Wrong($"'{name}' is missing");

    /// <summary>The items of a list.</summary>
    public IEnumerable<JsonPart> Items()
    {
        var (path, source) = (Path, Source);
        return Element.EnumerateArray().Select((item, index) => new JsonPart(item, $"{path}[{index}]", source));
    }

    /// <summary>A text that must be there.</summary>
    public string String(string name) => Required(name) is { Element.ValueKind: JsonValueKind.String } value
        ? value.Element.GetString()!
        : throw Required(name).Wrong($"must be text, but is {Required(name).Element.ValueKind}");

    /// <summary>A text of at least one character that must be there.</summary>
    public string NonEmptyString(string name) => String(name) is { Length: > 0 } value ? value : throw Required(name).Wrong("must not be empty");

    /// <summary>A truth value, or a default if it is missing.</summary>
    public bool Bool(string name, bool missing) => Optional(name)?.Element.GetBoolean() ?? missing;

    /// <summary>A whole number, or a default if it is missing.</summary>
    public int Int(string name, int missing) => Optional(name)?.Element.GetInt32() ?? missing;

    /// <summary>This part as the id of a token.</summary>
    public int Id() => Element.ValueKind == JsonValueKind.Number && Element.TryGetInt32(out var id) && id is >= 0 and <= MaxId ? id : throw Wrong("is no place in a vocabulary");

    /// <summary>Refuses a setting that changes what is computed and is not supported.</summary>
    public void RequireUnset(string name)
    {
        if (Optional(name) is { } value && value.Element.ValueKind != JsonValueKind.False && value.Element.ToString().Length > 0)
            throw value.Wrong($"the value {value.Element.GetRawText()} is not supported");
    }

    /// <summary>A type that is not supported.</summary>
    public ModelLoadException Unsupported(string supported) => Wrong($"'{Type}' is not supported; supported are {supported}");

    /// <summary>An exception that says what is wrong with this part.</summary>
    public ModelLoadException Wrong(string problem) => new($"{Source}: {(Path.Length == 0 ? "the file" : Path)}: {problem}.");
}
