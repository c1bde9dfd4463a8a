namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Splits one word, as the pre-tokenizer gives it, into pieces of a vocabulary. It is safe to use from several threads.</summary>
internal abstract class TokenModel
{
    // By id, not in an array: a file of a few bytes can name any id.
    private readonly Dictionary<int, string> _pieces = [];

    /// <param name="pieces">The pieces with their ids; of two with one id, the last one counts.</param>
    protected TokenModel(IEnumerable<(string Piece, int Id)> pieces)
    {
        foreach (var (piece, id) in pieces)
        {
            _pieces[id] = piece;
            VocabularySize = Math.Max(VocabularySize, id + 1);
        }
    }

    /// <param name="vocabulary">The pieces with their ids.</param>
    protected TokenModel(IReadOnlyDictionary<string, int> vocabulary) : this(vocabulary.Select(item => (item.Key, item.Value)))
    {
    }

    /// <summary>One more than the largest id.</summary>
    public int VocabularySize { get; }

    /// <summary>The piece that has an id, or null.</summary>
    public string? PieceOf(int id) => _pieces.GetValueOrDefault(id);

    /// <summary>Splits a word.</summary>
    /// <param name="word">The word; not empty.</param>
    /// <param name="offset">Where it begins in the normalized text.</param>
    /// <param name="tokens">Takes the tokens, in order.</param>
    public abstract void Tokenize(ReadOnlySpan<char> word, int offset, List<TokenSpan> tokens);
}
