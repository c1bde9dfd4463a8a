namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Splits one word, as the pre-tokenizer gives it, into pieces of a vocabulary. It is safe to use from several threads.</summary>
internal abstract class TokenModel
{
    private readonly string?[] _pieces;

    /// <param name="pieces">The pieces by id; null where no piece has the id.</param>
    protected TokenModel(string?[] pieces) => _pieces = pieces;

    /// <summary>One more than the largest id.</summary>
    public int VocabularySize => _pieces.Length;

    /// <summary>The piece that has an id, or null.</summary>
    public string? PieceOf(int id) => id >= 0 && id < _pieces.Length ? _pieces[id] : null;

    /// <summary>Splits a word.</summary>
    /// <param name="word">The word; not empty.</param>
    /// <param name="offset">Where it begins in the normalized text.</param>
    /// <param name="tokens">Takes the tokens, in order.</param>
    public abstract void Tokenize(ReadOnlySpan<char> word, int offset, List<TokenSpan> tokens);

    /// <summary>Puts the pieces of a vocabulary at the places of their ids.</summary>
    protected static string?[] ById(IReadOnlyDictionary<string, int> vocabulary)
    {
        var pieces = new string?[vocabulary.Count == 0 ? 0 : vocabulary.Values.Max() + 1];
        foreach (var (piece, id) in vocabulary)
            pieces[id] = piece;
        return pieces;
    }
}
