namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Reads the <c>decoder</c> of a <c>tokenizer.json</c>.</summary>
internal static class DecoderJson
{
    private const string Supported = "Sequence, ByteFallback, ByteLevel, Fuse, Metaspace, Replace, Strip and WordPiece";

    /// <summary>Reads the part. Without one, spaces are put between pieces that do not bring their own.</summary>
    /// <param name="decoder">The part.</param>
    /// <param name="model">The model whose pieces are decoded.</param>
    public static TokenDecoder Read(JsonPart? decoder, TokenModel model) => new(decoder is { } part ? [.. Steps(part)]
        : model is UnigramModel ? [TokenDecoder.Metaspace(UnigramModel.Space, isPrepended: true)]
        : [pieces => [string.Join(' ', pieces)]]);

    private static IEnumerable<Func<IReadOnlyList<string>, IReadOnlyList<string>>> Steps(JsonPart part) => part.Type switch
    {
        "Sequence" => part.Required("decoders").Items().SelectMany(Steps),
        "ByteFallback" => [TokenDecoder.ByteFallback],
        "ByteLevel" => [TokenDecoder.ByteLevel],
        "Fuse" => [TokenDecoder.Fuse],
        "Metaspace" => [Metaspace(part)],
        "Replace" => [TokenDecoder.Replace(part.Required("pattern").NonEmptyString("String"), part.String("content"))],
        "Strip" => [TokenDecoder.Strip(Character(part, "content"), part.Int("start", 0), part.Int("stop", 0))],
        "WordPiece" => [TokenDecoder.WordPiece(part.String("prefix"), part.Bool("cleanup", true))],
        _ => throw part.Unsupported(Supported),
    };

    private static Func<IReadOnlyList<string>, IReadOnlyList<string>> Metaspace(JsonPart part)
    {
        var isPrepended = part.Optional("prepend_scheme") is null ? part.Bool("add_prefix_space", true) : part.String("prepend_scheme") != "never";
        return TokenDecoder.Metaspace(Character(part, "replacement"), isPrepended);
    }

    private static char Character(JsonPart part, string name) => part.String(name) is [var character]
        ? character
        : throw part.Required(name).Wrong($"must be one character, but is '{part.String(name)}'");
}
