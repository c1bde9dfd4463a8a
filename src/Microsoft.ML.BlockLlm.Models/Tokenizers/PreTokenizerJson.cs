using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Reads the <c>pre_tokenizer</c> of a <c>tokenizer.json</c>. It may change the text before it splits it, such as by marks for spaces.</summary>
internal sealed class PreTokenizerJson
{
    private const string Supported = "Sequence, BertPreTokenizer, ByteLevel, Digits, Metaspace, Split, Whitespace and WhitespaceSplit";

    private readonly List<PreTokenizer> _splits = [];

    private PreTokenizerJson()
    {
    }

    /// <summary>Whether words are split into bytes.</summary>
    public bool IsByteLevel { get; private set; }

    /// <summary>Whether a text may be split at all.</summary>
    public bool IsSplitting => _splits.Count > 0;

    /// <summary>What is done to a text before it is split.</summary>
    public List<Func<string, string>> Steps { get; } = [];

    /// <summary>The same for text that stands after an added token.</summary>
    public List<Func<string, string>> InnerSteps { get; } = [];

    /// <summary>Splits text into words; null if it stays whole.</summary>
    public PreTokenizer? PreTokenizer => _splits.Count switch { 0 => null, 1 => _splits[0], _ => new SequencePreTokenizer(_splits) };

    /// <summary>Reads the part.</summary>
    public static PreTokenizerJson Read(JsonPart? preTokenizer)
    {
        var result = new PreTokenizerJson();
        if (preTokenizer is { } part)
            result.Add(part);
        return result;
    }

    /// <summary>Reads <c>{"Regex": …}</c>.</summary>
    public static Regex Regex(JsonPart pattern)
    {
        var text = pattern.String("Regex");
        try
        {
            return new Regex(text, RegexOptions.CultureInvariant);
        }
        catch (ArgumentException exception)
        {
            throw pattern.Required("Regex").Wrong($"the pattern '{text}' is not supported by .NET's regular expressions ({exception.Message})");
        }
    }

    private void Add(JsonPart part)
    {
        switch (part.Type)
        {
            case "Sequence":
                foreach (var step in part.Required("pretokenizers").Items())
                    Add(step);
                break;
            case "BertPreTokenizer":
                _splits.Add(new BertPreTokenizer());
                break;
            case "ByteLevel":
                AddByteLevel(part);
                break;
            case "Digits":
                _splits.Add(new PatternPreTokenizer(part.Bool("individual_digits", false) ? @"\p{N}" : @"\p{N}+"));
                break;
            case "Metaspace":
                AddMetaspace(part);
                break;
            case "Split":
                _splits.Add(Split(part));
                break;
            case "Whitespace":
                _splits.Add(new PatternPreTokenizer(@"\w+|[^\w\s]+", keepsGaps: false));
                break;
            case "WhitespaceSplit":
                _splits.Add(new PatternPreTokenizer(@"\S+", keepsGaps: false));
                break;
            default:
                throw part.Unsupported(Supported);
        }
    }

    private void AddByteLevel(JsonPart part)
    {
        IsByteLevel = true;
        if (part.Bool("add_prefix_space", true))
            AddSteps(part, TextNormalizer.PrependIfMissing(" "), isOnlyFirst: false);
        if (part.Bool("use_regex", true))
            _splits.Add(new PatternPreTokenizer(PatternPreTokenizer.Gpt2Pattern));
    }

    private void AddMetaspace(JsonPart part)
    {
        var mark = part.String("replacement");
        if (mark != UnigramTokenizer.Space.ToString())
            throw part.Required("replacement").Wrong($"Metaspace must replace spaces by '{UnigramTokenizer.Space}', not by '{mark}'");
        AddSteps(part, TextNormalizer.Replace(" ", mark), isOnlyFirst: false);
        var scheme = part.Optional("prepend_scheme") is null ? part.Bool("add_prefix_space", true) ? "always" : "never" : part.String("prepend_scheme");
        if (scheme is not ("always" or "first" or "never"))
            throw part.Required("prepend_scheme").Wrong($"'{scheme}' is not supported; supported are always, first and never");
        if (scheme != "never")
            AddSteps(part, TextNormalizer.PrependIfMissing(mark), isOnlyFirst: scheme == "first");
        if (part.Bool("split", true))
            _splits.Add(new PatternPreTokenizer($"{mark}[^{mark}]*|[^{mark}]+"));
    }

    private void AddSteps(JsonPart part, Func<string, string> step, bool isOnlyFirst)
    {
        if (IsSplitting)
            throw part.Wrong($"'{part.Type}' after another split of the text is not supported where it changes the text");
        Steps.Add(step);
        if (!isOnlyFirst)
            InnerSteps.Add(step);
    }

    private static PatternPreTokenizer Split(JsonPart part)
    {
        var pattern = part.Required("pattern");
        var regex = pattern.Optional("String") is null
            ? Regex(pattern).ToString()
            : System.Text.RegularExpressions.Regex.Escape(pattern.String("String"));
        var isInverted = part.Bool("invert", false);
        return part.String("behavior") switch
        {
            "Isolated" => new PatternPreTokenizer(regex),
            "Removed" => new PatternPreTokenizer(regex, keepsMatches: isInverted, keepsGaps: !isInverted),
            var behavior => throw part.Required("behavior").Wrong($"'{behavior}' is not supported; supported are Isolated and Removed"),
        };
    }
}
