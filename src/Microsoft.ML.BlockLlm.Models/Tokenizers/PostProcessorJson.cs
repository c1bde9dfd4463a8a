using System.Text.Json;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Reads the <c>post_processor</c> of a <c>tokenizer.json</c>: what is put around the tokens of a text, and where these begin and end.</summary>
internal sealed class PostProcessorJson
{
    private const int MaxSpecialIds = 1024;
    private const string Supported = "Sequence, TemplateProcessing, BertProcessing, RobertaProcessing and ByteLevel";

    private PostProcessorJson()
    {
    }

    /// <summary>The special tokens around a text; null if nothing is added.</summary>
    public TokenTemplate? Template { get; private set; }

    /// <summary>Whether the offsets of a token leave out the spaces that it begins or ends with (<c>trim_offsets</c>).</summary>
    public bool TrimsOffsets { get; private set; }

    /// <summary>Reads the part.</summary>
    public static PostProcessorJson Read(JsonPart? postProcessor)
    {
        var result = new PostProcessorJson();
        if (postProcessor is { } part)
            result.Add(part);
        return result;
    }

    private void Add(JsonPart part)
    {
        switch (part.Type)
        {
            case "Sequence":
                foreach (var step in part.Required("processors").Items())
                    Add(step);
                break;
            case "TemplateProcessing":
                SetTemplate(part, new TokenTemplate([.. Places(part, "single")], [.. Places(part, "pair")]));
                break;
            case "BertProcessing":
                SetTemplate(part, TokenTemplate.Bert(IdIn(part, "cls"), IdIn(part, "sep")));
                break;
            case "RobertaProcessing":
                SetTemplate(part, TokenTemplate.Roberta(IdIn(part, "cls"), IdIn(part, "sep")));
                TrimsOffsets |= part.Bool("trim_offsets", true);
                break;
            case "ByteLevel":
                TrimsOffsets |= part.Bool("trim_offsets", true);
                break;
            default:
                throw part.Unsupported(Supported);
        }
    }

    private void SetTemplate(JsonPart part, TokenTemplate template) =>
        Template = Template is null ? template : throw part.Wrong("a second template in a Sequence is not supported");

    private static IEnumerable<TemplatePlace> Places(JsonPart part, string name)
    {
        var specialIds = 0;
        foreach (var item in part.Required(name).Items())
        {
            if (item.Optional("SpecialToken") is { } special)
            {
                var ids = Ids(part, special);
                specialIds += ids.Length;
                if (specialIds > MaxSpecialIds)
                    throw part.Required(name).Wrong($"puts more than {MaxSpecialIds:N0} special tokens around a text");
                yield return new TemplatePlace(ids, Segment(special));
            }
            else if (item.Optional("Sequence") is { } text)
                yield return Place(text, isPair: name == "pair");
            else
                throw item.Wrong("is neither a SpecialToken nor a Sequence");
        }
    }

    private static TemplatePlace Place(JsonPart text, bool isPair) => (text.String("id"), isPair) switch
    {
        ("A", _) => TemplatePlace.First(Segment(text)),
        ("B", true) => TemplatePlace.Second(Segment(text)),
        ("B", false) => throw text.Required("id").Wrong("is the second text, which a single one does not have"),
        _ => throw text.Required("id").Wrong("must be A or B"),
    };

    private static int Segment(JsonPart place) => place.Int("type_id", 0);

    private static int[] Ids(JsonPart part, JsonPart special) =>
        [.. part.Required("special_tokens").Required(special.String("id")).Required("ids").Items().Take(MaxSpecialIds + 1).Select(id => id.Id())];

    // ["[SEP]", 102]
    private static int IdIn(JsonPart part, string name) => part.Required(name).Items().ToArray() is [_, { Element.ValueKind: JsonValueKind.Number } id]
        ? id.Id()
        : throw part.Required(name).Wrong("must be a token and its id");
}
