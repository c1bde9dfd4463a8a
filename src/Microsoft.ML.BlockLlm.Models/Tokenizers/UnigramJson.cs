namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Reads the <c>model</c> of a <c>tokenizer.json</c>, where it is Unigram.</summary>
internal static class UnigramJson
{
    /// <summary>Reads the part.</summary>
    /// <param name="model">The part.</param>
    /// <param name="specialIds">Ids that stand for special tokens only.</param>
    public static UnigramModel Read(JsonPart model, IEnumerable<int> specialIds)
    {
        var vocabulary = model.Required("vocab").Element.EnumerateArray().Select(item => (item[0].GetString() ?? "", item[1].GetDouble())).ToArray();
        var unknownId = model.Required("unk_id").Element.GetInt32();
        RequireUsable(model, vocabulary, unknownId);
        return new UnigramModel(vocabulary, unknownId, specialIds.ToHashSet(), model.Bool("byte_fallback", false) ? ByteIds(model, vocabulary) : null);
    }

    private static int[] ByteIds(JsonPart model, (string Piece, double Score)[] vocabulary)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (id, (piece, _)) in vocabulary.Index())
            ids[piece] = id;
        return [.. Enumerable.Range(0, 256).Select(CharacterBpeModel.PieceOfByte).Select(piece =>
            ids.TryGetValue(piece, out var id) ? id : throw model.Required("vocab").Wrong($"'{piece}' is missing, which byte_fallback needs"))];
    }

    private static void RequireUsable(JsonPart model, (string Piece, double Score)[] vocabulary, int unknownId)
    {
        if (unknownId < 0 || unknownId >= vocabulary.Length)
            throw model.Wrong($"unk_id {unknownId} is no place in the vocabulary of {vocabulary.Length} pieces");
        foreach (var (id, (piece, score)) in vocabulary.Index())
        {
            if (piece.Length == 0)
                throw model.Wrong($"piece {id} is empty");
            // As in a file of SentencePiece, so that no sum of scores is infinite.
            if (!float.IsFinite((float)score))
                throw model.Wrong($"piece {id}, '{piece}', has the score {score}, which is no number to add up");
        }
    }
}
