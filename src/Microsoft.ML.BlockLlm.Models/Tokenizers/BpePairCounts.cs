using System.Runtime.InteropServices;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Counts pairs of neighbouring tokens in words, and keeps the counts while pairs are merged.</summary>
internal sealed class BpePairCounts
{
    private readonly int[][] _words;
    private readonly long[] _wordCounts;
    private readonly Dictionary<(int Left, int Right), long> _counts = [];
    private readonly Dictionary<(int Left, int Right), HashSet<int>> _wordsOf = [];

    // Holds each pair at every count that it has had; one that is not its count any more is passed over.
    private readonly PriorityQueue<((int Left, int Right) Pair, long Count), (long NegativeCount, int Left, int Right)> _queue = new();

    public BpePairCounts(IReadOnlyList<(int[] Ids, long Count)> words)
    {
        _words = [.. words.Select(word => word.Ids)];
        _wordCounts = [.. words.Select(word => word.Count)];
        var seen = new HashSet<(int, int)>();
        for (var word = 0; word < _words.Length; word++)
            Count(word, sign: 1, seen);
        foreach (var pair in seen)
            Enqueue(pair);
    }

    /// <summary>The most frequent pair, of equally frequent ones that of the lowest ids; null if none is frequent enough.</summary>
    public (int Left, int Right)? MostFrequent(long minFrequency)
    {
        while (_queue.TryDequeue(out var item, out _))
        {
            if (item.Count == _counts.GetValueOrDefault(item.Pair))
                return item.Count >= minFrequency ? item.Pair : null;
        }
        return null;
    }

    /// <summary>Makes one token of a pair wherever it stands.</summary>
    public void Merge((int Left, int Right) pair, int id)
    {
        var changed = new HashSet<(int, int)>();
        foreach (var word in _wordsOf[pair].ToArray())
        {
            Count(word, sign: -1, changed);
            _words[word] = Merged(_words[word], pair, id);
            Count(word, sign: 1, changed);
        }
        _counts.Remove(pair);
        _wordsOf.Remove(pair);
        changed.Remove(pair);
        foreach (var other in changed)
            Enqueue(other);
    }

    private void Enqueue((int Left, int Right) pair)
    {
        if (_counts.GetValueOrDefault(pair) is var count and > 0)
            _queue.Enqueue((pair, count), (-count, pair.Left, pair.Right));
    }

    private void Count(int word, int sign, HashSet<(int, int)> changed)
    {
        var ids = _words[word];
        for (var index = 0; index + 1 < ids.Length; index++)
        {
            var pair = (ids[index], ids[index + 1]);
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, pair, out _) += sign * _wordCounts[word];
            ref var words = ref CollectionsMarshal.GetValueRefOrAddDefault(_wordsOf, pair, out _);
            words ??= [];
            if (sign > 0)
                words.Add(word);
            else
                words.Remove(word);
            changed.Add(pair);
        }
    }

    private static int[] Merged(int[] ids, (int Left, int Right) pair, int id)
    {
        var merged = new List<int>(ids.Length);
        for (var index = 0; index < ids.Length; index++)
        {
            var isPair = index + 1 < ids.Length && ids[index] == pair.Left && ids[index + 1] == pair.Right;
            merged.Add(isPair ? id : ids[index]);
            index += isPair ? 1 : 0;
        }
        return [.. merged];
    }
}
