using System.Text.Json;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// Reads Hugging Face's <c>tokenizer.json</c>: for now a Unigram model, with text normalized by NFKC, Prepend and Replace and
/// spaces marked by these or by Metaspace. Anything else is refused by name, rather than tokenized in another way than the model was trained with.
/// </summary>
internal static class TokenizerJson
{
    private const string Supported = "Supported is a Unigram model with the normalizers NFKC, Prepend and Replace and the pre-tokenizer Metaspace.";

    /// <summary>Makes the tokenizer that a file describes.</summary>
    /// <param name="json">The file's bytes.</param>
    /// <param name="source">What to call the file in messages.</param>
    /// <exception cref="ModelLoadException">The file is broken, or describes a tokenizer that is not supported.</exception>
    public static UnigramTokenizer Read(byte[] json, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement, source);
        }
        // What System.Text.Json throws for broken JSON, a missing property, a value of the wrong kind, a number out of range, and a list too short.
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            throw new ModelLoadException($"{source} is no valid tokenizer.json: {exception.Message}", exception);
        }
    }

    private static UnigramTokenizer Read(JsonElement root, string source)
    {
        var model = root.GetProperty("model");
        RequireType(model, "Unigram", "model", source);
        if (Optional(model, "byte_fallback") is { ValueKind: JsonValueKind.True })
            throw new ModelLoadException($"{source}: byte_fallback of the model is not supported. {Supported}");
        if (Optional(root, "post_processor") is not null)
            throw new ModelLoadException($"{source}: a post_processor is not supported. {Supported}");

        var vocabulary = model.GetProperty("vocab").EnumerateArray().Select(item => (item[0].GetString() ?? "", item[1].GetDouble())).ToArray();
        var unknownId = model.GetProperty("unk_id").GetInt32();
        RequireUsable(vocabulary, unknownId, source);

        var steps = Steps(Optional(root, "normalizer"), source).ToList();
        var reservedIds = SpecialIds(root).ToHashSet();
        if (Optional(root, "pre_tokenizer") is { } preTokenizer)
        {
            steps.AddRange(Metaspace(preTokenizer, source));
            if (Optional(preTokenizer, "split") is not { ValueKind: JsonValueKind.False })
                reservedIds.UnionWith(PiecesAcrossSpaces(vocabulary));
        }
        return new UnigramTokenizer(vocabulary, unknownId, reservedIds, new TextNormalizer(steps));
    }

    private static IEnumerable<int> SpecialIds(JsonElement root) => Optional(root, "added_tokens") is { } added
        ? added.EnumerateArray().Where(token => token.GetProperty("special").GetBoolean()).Select(token => token.GetProperty("id").GetInt32())
        : [];

    // Text split at its spaces can never give these.
    private static IEnumerable<int> PiecesAcrossSpaces((string Piece, double Score)[] vocabulary) =>
        vocabulary.Index().Where(item => item.Item.Piece.LastIndexOf(UnigramTokenizer.Space) > 0).Select(item => item.Index);

    private static void RequireUsable((string Piece, double Score)[] vocabulary, int unknownId, string source)
    {
        if (unknownId < 0 || unknownId >= vocabulary.Length)
            throw new ModelLoadException($"{source}: unk_id {unknownId} is no place in the vocabulary of {vocabulary.Length} pieces.");
        foreach (var (id, (piece, score)) in vocabulary.Index())
        {
            if (piece.Length == 0)
                throw new ModelLoadException($"{source}: piece {id} is empty.");
            if (!double.IsFinite(score))
                throw new ModelLoadException($"{source}: piece {id}, '{piece}', has the score {score}, which is no number to add up.");
        }
    }

    private static IEnumerable<Func<string, string>> Steps(JsonElement? normalizer, string source)
    {
        if (normalizer is not { } element)
            return [];
        return TypeOf(element) switch
        {
            "Sequence" => element.GetProperty("normalizers").EnumerateArray().SelectMany(step => Steps(step, source)),
            "NFKC" => [TextNormalizer.Nfkc],
            "Prepend" => [TextNormalizer.Prepend(element.GetProperty("prepend").GetString()!)],
            "Replace" when element.GetProperty("pattern").TryGetProperty("String", out var pattern) =>
                [TextNormalizer.Replace(pattern.GetString()!, element.GetProperty("content").GetString()!)],
            var type => throw new ModelLoadException($"{source}: the normalizer '{type}' is not supported. {Supported}"),
        };
    }

    private static IEnumerable<Func<string, string>> Metaspace(JsonElement preTokenizer, string source)
    {
        RequireType(preTokenizer, "Metaspace", "pre_tokenizer", source);
        var space = Optional(preTokenizer, "replacement")?.GetString();
        var scheme = Optional(preTokenizer, "prepend_scheme")?.GetString()
            ?? (Optional(preTokenizer, "add_prefix_space") is { ValueKind: JsonValueKind.False } ? "never" : "always");
        if (space != UnigramTokenizer.Space.ToString())
            throw new ModelLoadException($"{source}: Metaspace must replace spaces by '{UnigramTokenizer.Space}', not by '{space}'.");
        yield return TextNormalizer.Replace(" ", space);
        if (scheme != "never")
            yield return TextNormalizer.PrependIfMissing(space);
    }

    private static void RequireType(JsonElement element, string type, string part, string source)
    {
        if (TypeOf(element) is var found && found != type)
            throw new ModelLoadException($"{source}: the {part} '{found}' is not supported. {Supported}");
    }

    private static string? TypeOf(JsonElement element) => Optional(element, "type")?.GetString();

    private static JsonElement? Optional(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
