using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Reads the <c>model</c> of a <c>tokenizer.json</c>, where it is Unigram.</summary>
internal static class UnigramJson
{
    /// <summary>Makes the tokenizer.</summary>
    /// <param name="model">The part.</param>
    /// <param name="specialIds">Ids that no text gives.</param>
    /// <param name="preTokenizer">What the pre-tokenizer does; splitting at spaces is all that it may.</param>
    /// <param name="normalizer">Normalizes text, spaces included.</param>
    public static UnigramTokenizer Read(JsonPart model, IEnumerable<int> specialIds, JsonPart? preTokenizer, Normalizer normalizer)
    {
        model.RequireUnset("byte_fallback");
        var vocabulary = model.Required("vocab").Element.EnumerateArray().Select(item => (item[0].GetString() ?? "", item[1].GetDouble())).ToArray();
        var unknownId = model.Required("unk_id").Element.GetInt32();
        RequireUsable(model, vocabulary, unknownId);

        var reservedIds = specialIds.ToHashSet();
        if (preTokenizer is { } part)
        {
            if (part.Type != "Metaspace")
                throw part.Unsupported("Metaspace for a Unigram model");
            if (part.Bool("split", true))
                reservedIds.UnionWith(PiecesAcrossSpaces(vocabulary));
        }
        return new UnigramTokenizer(vocabulary, unknownId, reservedIds, normalizer);
    }

    // Text split at its spaces can never give these.
    private static IEnumerable<int> PiecesAcrossSpaces((string Piece, double Score)[] vocabulary) =>
        vocabulary.Index().Where(item => item.Item.Piece.LastIndexOf(UnigramTokenizer.Space) > 0).Select(item => item.Index);

    private static void RequireUsable(JsonPart model, (string Piece, double Score)[] vocabulary, int unknownId)
    {
        if (unknownId < 0 || unknownId >= vocabulary.Length)
            throw model.Wrong($"unk_id {unknownId} is no place in the vocabulary of {vocabulary.Length} pieces");
        foreach (var (id, (piece, score)) in vocabulary.Index())
        {
            if (piece.Length == 0)
                throw model.Wrong($"piece {id} is empty");
            if (!double.IsFinite(score))
                throw model.Wrong($"piece {id}, '{piece}', has the score {score}, which is no number to add up");
        }
    }
}
