using System.Text.Json;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Reads the <c>post_processor</c> of a <c>tokenizer.json</c>.</summary>
internal static class PostProcessorJson
{
    private const string Supported = "Sequence, TemplateProcessing, BertProcessing, RobertaProcessing and ByteLevel";

    /// <summary>The template that a part describes; null if it adds nothing.</summary>
    public static TokenTemplate? Read(JsonPart? postProcessor) => postProcessor is not { } part ? null : part.Type switch
    {
        "Sequence" => Sequence(part),
        "TemplateProcessing" => new TokenTemplate([.. Places(part, "single")], [.. Places(part, "pair")]),
        "BertProcessing" => TokenTemplate.Bert(IdIn(part, "cls"), IdIn(part, "sep")),
        "RobertaProcessing" => TokenTemplate.Roberta(IdIn(part, "cls"), IdIn(part, "sep")),
        // It only moves offsets off spaces.
        "ByteLevel" => null,
        _ => throw part.Unsupported(Supported),
    };

    private static TokenTemplate? Sequence(JsonPart part)
    {
        TokenTemplate? template = null;
        foreach (var step in part.Required("processors").Items())
        {
            if (Read(step) is not { } found)
                continue;
            if (template is not null)
                throw step.Wrong("a second template in a Sequence is not supported");
            template = found;
        }
        return template;
    }

    private static IEnumerable<TemplatePlace> Places(JsonPart part, string name)
    {
        foreach (var item in part.Required(name).Items())
        {
            if (item.Optional("SpecialToken") is { } special)
                yield return new TemplatePlace(Ids(part, special), Segment(special));
            else if (item.Optional("Sequence") is { } text)
                yield return text.String("id") == "A" ? TemplatePlace.First(Segment(text)) : TemplatePlace.Second(Segment(text));
            else
                throw item.Wrong("is neither a SpecialToken nor a Sequence");
        }
    }

    private static int Segment(JsonPart place) => place.Int("type_id", 0);

    private static int[] Ids(JsonPart part, JsonPart special) =>
        [.. part.Required("special_tokens").Required(special.String("id")).Required("ids").Items().Select(id => id.Element.GetInt32())];

    // ["[SEP]", 102]
    private static int IdIn(JsonPart part, string name) => part.Required(name).Items().ToArray() is [_, { Element.ValueKind: JsonValueKind.Number } id]
        ? id.Element.GetInt32()
        : throw part.Required(name).Wrong("must be a token and its id");
}
