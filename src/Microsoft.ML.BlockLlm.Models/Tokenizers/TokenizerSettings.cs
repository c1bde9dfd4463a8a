namespace Microsoft.ML.BlockLlm.Models;

/// <summary>What <c>tokenizer_config.json</c> says of a tokenizer whose vocabulary stands in a file without settings.</summary>
internal sealed record TokenizerSettings
{
    /// <summary>The class that reads the tokenizer in Python, such as <c>RobertaTokenizer</c>, without the ending of its fast variant.</summary>
    public string? TokenizerClass { get; init; }

    /// <summary>Whether text is made lower case. Default: true, as in BERT.</summary>
    public bool Lowercases { get; init; } = true;

    /// <summary>Whether accents are taken away. Null: if text is made lower case.</summary>
    public bool? StripsAccents { get; init; }

    /// <summary>Whether Chinese characters are words of their own.</summary>
    public bool SplitsChinese { get; init; } = true;

    /// <summary>Whether a space is put before a text.</summary>
    public bool AddsPrefixSpace { get; init; }

    /// <summary>Whether the token for the beginning stands before a text. Null: as the kind of tokenizer has it.</summary>
    public bool? AddsBegin { get; init; }

    /// <summary>Whether the token for the end stands after a text.</summary>
    public bool AddsEnd { get; init; }

    /// <summary>Tokens that are found in text as they are written.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelLoadException">The file is broken.</exception>
    public static TokenizerSettings Read(byte[] json, string source) => JsonPart.Read(json, source, "tokenizer_config.json", root => new TokenizerSettings
    {
        TokenizerClass = root.Optional("tokenizer_class") is null ? null : root.String("tokenizer_class").Replace("TokenizerFast", "Tokenizer", StringComparison.Ordinal),
        Lowercases = root.Bool("do_lower_case", true),
        StripsAccents = root.Optional("strip_accents")?.Element.GetBoolean(),
        SplitsChinese = root.Bool("tokenize_chinese_chars", true),
        AddsPrefixSpace = root.Bool("add_prefix_space", false),
        AddsBegin = root.Optional("add_bos_token")?.Element.GetBoolean(),
        AddsEnd = root.Bool("add_eos_token", false),
        AddedTokens = [.. root.Optional("added_tokens_decoder") is { } added ? AddedTokensIn(added) : []],
    });

    // {"50256": {"content": "<|endoftext|>", …}, …}
    private static IEnumerable<AddedToken> AddedTokensIn(JsonPart added)
    {
        foreach (var item in added.Element.EnumerateObject())
        {
            var part = added.Item(item);
            yield return int.TryParse(item.Name, out var id) ? AddedToken.Read(part, id) : throw part.Wrong("is no id");
        }
    }
}
