namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// Joins neighbouring tokens of a word, always the pair of the lowest rank and of equal ones the first, until no pair is left that has a rank
/// (Sennrich et al., 2016, arXiv 1508.07909).
/// </summary>
internal sealed class BytePairMerges
{
    private readonly Dictionary<(int Left, int Right), (int Rank, int Id)> _merges;

    /// <param name="merges">For two neighbouring tokens the rank of their pair and the token that they become.</param>
    public BytePairMerges(Dictionary<(int Left, int Right), (int Rank, int Id)> merges) => _merges = merges;

    /// <summary>Merges by the places that they have in a list, the most frequent pair of the training text first.</summary>
    /// <param name="pairs">Pairs of pieces.</param>
    /// <param name="vocabulary">Pieces with their ids.</param>
    /// <param name="wrong">Makes the exception for a pair that does not fit the vocabulary.</param>
    public static BytePairMerges FromRankedPairs(
        IEnumerable<(string Left, string Right)> pairs, IReadOnlyDictionary<string, int> vocabulary, Func<string, Exception> wrong)
    {
        var merges = new Dictionary<(int, int), (int, int)>();
        foreach (var (rank, (left, right)) in pairs.Index())
            merges.TryAdd((IdOf(left, rank), IdOf(right, rank)), (rank, IdOf(left + right, rank)));
        return new BytePairMerges(merges);

        int IdOf(string piece, int rank) => vocabulary.TryGetValue(piece, out var id) ? id : throw wrong($"merge {rank} needs '{piece}', which is not in the vocabulary");
    }

    /// <summary>Joins the tokens from a place on, as far as it goes.</summary>
    public void Apply(List<TokenSpan> tokens, int first)
    {
        if (tokens.Count - first < 2)
            return;
        var word = new Word([.. tokens[first..]]);
        var pending = new PriorityQueue<(int Left, int LeftId, int RightId), (int Rank, int Left)>();
        for (var left = 0; left + 1 < word.Tokens.Length; left++)
            Enqueue(pending, word, left);

        while (pending.TryDequeue(out var pair, out _))
        {
            // A pair that another merge has changed since is no longer there.
            var (left, leftId, rightId) = pair;
            var right = word.Next[left];
            if (word.Tokens[left].Id != leftId || right == Word.None || word.Tokens[right].Id != rightId)
                continue;
            word.Join(left, _merges[(leftId, rightId)].Id);
            Enqueue(pending, word, left);
            if (word.Previous[left] != Word.None)
                Enqueue(pending, word, word.Previous[left]);
        }

        tokens.RemoveRange(first, tokens.Count - first);
        for (var token = 0; token != Word.None; token = word.Next[token])
            tokens.Add(word.Tokens[token]);
    }

    private void Enqueue(PriorityQueue<(int, int, int), (int, int)> pending, Word word, int left)
    {
        if (word.Next[left] is var right && right == Word.None)
            return;
        var (leftId, rightId) = (word.Tokens[left].Id, word.Tokens[right].Id);
        if (_merges.TryGetValue((leftId, rightId), out var merge))
            pending.Enqueue((left, leftId, rightId), (merge.Rank, left));
    }

    /// <summary>A linked list of tokens.</summary>
    private sealed class Word
    {
        public const int None = -1;

        private const int Gone = -2;

        public Word(TokenSpan[] tokens)
        {
            Tokens = tokens;
            Next = [.. Enumerable.Range(1, tokens.Length)];
            Next[^1] = None;
            Previous = [.. Enumerable.Range(None, tokens.Length)];
        }

        public TokenSpan[] Tokens { get; }

        public int[] Next { get; }

        public int[] Previous { get; }

        public void Join(int left, int id)
        {
            var right = Next[left];
            Tokens[left] = Tokens[left] with { Id = id, End = Tokens[right].End };
            Tokens[right] = Tokens[right] with { Id = Gone };
            Next[left] = Next[right];
            if (Next[left] != None)
                Previous[Next[left]] = left;
        }
    }
}
