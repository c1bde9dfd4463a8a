using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Reads the <c>pre_tokenizer</c> of a <c>tokenizer.json</c>. It may change the text before and while it splits it, such as by marks for spaces.</summary>
internal sealed class PreTokenizerJson
{
    private const string Supported =
        "Sequence, BertPreTokenizer, ByteLevel, CharDelimiterSplit, Digits, Metaspace, Punctuation, Split, Whitespace and WhitespaceSplit";

    // What a word is made of in Unicode's regular expressions; .NET's \w lacks some.
    private const string WordCharacters = @"\w\p{M}\p{Nl}\u200C\u200D\u24B6-\u24E9";

    private List<PreTokenizer> _splits = [];

    private PreTokenizerJson()
    {
    }

    /// <summary>Whether words are split into bytes.</summary>
    public bool IsByteLevel { get; private set; }

    /// <summary>What is done to a text before its last splits; null if nothing is.</summary>
    public TextMarks? Marks { get; private set; }

    /// <summary>Splits what <see cref="Marks"/> gives into words; null if it stays whole.</summary>
    public PreTokenizer? PreTokenizer => _splits.Count switch { 0 => null, 1 => _splits[0], _ => new SequencePreTokenizer(_splits) };

    /// <summary>Reads the part.</summary>
    public static PreTokenizerJson Read(JsonPart? preTokenizer)
    {
        var result = new PreTokenizerJson();
        if (preTokenizer is { } part)
            result.Add(part);
        return result;
    }

    private void Add(JsonPart part)
    {
        switch (part.Type)
        {
            case "Sequence":
                foreach (var step in part.Required("pretokenizers").Items())
                    Add(step);
                break;
            case "ByteLevel":
                AddByteLevel(part);
                break;
            case "Metaspace":
                AddMetaspace(part);
                break;
            default:
                _splits.Add(Split(part));
                break;
        }
    }

    private static PreTokenizer Split(JsonPart part) => part.Type switch
    {
        "BertPreTokenizer" => new BertPreTokenizer(),
        "CharDelimiterSplit" => new PatternPreTokenizer(TokenPattern.Exactly(part.String("delimiter")), SplitBehavior.Removed),
        "Digits" => new PatternPreTokenizer(part.Bool("individual_digits", false) ? @"\p{N}" : @"\p{N}+"),
        "Punctuation" => new PatternPreTokenizer(@"[!-/:-@\[-`{-~\p{P}]", Behavior(part)),
        "Split" => new PatternPreTokenizer(TokenPattern.Read(part.Required("pattern")), Behavior(part), part.Bool("invert", false)),
        "Whitespace" => new PatternPreTokenizer($@"[{WordCharacters}]+|[^{WordCharacters}\s]+", SplitBehavior.Removed, isInverted: true),
        "WhitespaceSplit" => new PatternPreTokenizer(@"\s", SplitBehavior.Removed),
        _ => throw part.Unsupported(Supported),
    };

    private static SplitBehavior Behavior(JsonPart part)
    {
        if (part.Optional("behavior") is not { } behavior)
            return SplitBehavior.Isolated;
        var name = part.String("behavior");
        return Enum.GetNames<SplitBehavior>().Contains(name)
            ? Enum.Parse<SplitBehavior>(name)
            : throw behavior.Wrong($"'{name}' is not supported; supported are {string.Join(", ", Enum.GetNames<SplitBehavior>())}");
    }

    private void AddByteLevel(JsonPart part)
    {
        IsByteLevel = true;
        if (part.Bool("add_prefix_space", true))
            AddMark((text, _) => TextNormalizer.PrependIfMissing(" ")(text));
        if (part.Bool("use_regex", true))
            _splits.Add(new PatternPreTokenizer(PatternPreTokenizer.Gpt2Pattern));
    }

    private void AddMetaspace(JsonPart part)
    {
        var mark = part.String("replacement");
        if (mark != UnigramModel.Space.ToString())
            throw part.Required("replacement").Wrong($"Metaspace must replace spaces by '{UnigramModel.Space}', not by '{mark}'");
        var scheme = part.Optional("prepend_scheme") is null ? part.Bool("add_prefix_space", true) ? "always" : "never" : part.String("prepend_scheme");
        if (scheme is not ("always" or "first" or "never"))
            throw part.Required("prepend_scheme").Wrong($"'{scheme}' is not supported; supported are always, first and never");

        var (replace, prepend) = (TextNormalizer.Replace(" ", mark), TextNormalizer.PrependIfMissing(mark));
        AddMark((text, isFirst) => scheme == "always" || (scheme == "first" && isFirst) ? prepend(replace(text)) : replace(text));
        if (part.Bool("split", true))
            _splits.Add(new PatternPreTokenizer(mark, SplitBehavior.MergedWithNext));
    }

    // Words that were split already are marked one by one.
    private void AddMark(Func<string, bool, string> mark)
    {
        Marks = (Marks ?? new TextMarks()).Then(PreTokenizer, mark);
        _splits = [];
    }
}
