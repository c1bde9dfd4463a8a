using System.Collections.Concurrent;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Keeps the tokens of short words of a model, since most words of a text were seen before.</summary>
internal sealed class WordCache
{
    private const int MaxWordLength = 32;
    private const int MaxWords = 1 << 16;

    private readonly TokenModel _model;
    private readonly ConcurrentDictionary<string, TokenSpan[]> _words = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TokenSpan[]>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private int _count;

    public WordCache(TokenModel model)
    {
        _model = model;
        _lookup = _words.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Splits a word as the model does.</summary>
    public void Tokenize(ReadOnlySpan<char> word, int offset, List<TokenSpan> tokens)
    {
        if (_lookup.TryGetValue(word, out var known))
        {
            foreach (var token in known)
                tokens.Add(new TokenSpan(token.Id, offset + token.Begin, offset + token.End));
            return;
        }
        var first = tokens.Count;
        _model.Tokenize(word, offset, tokens);
        if (word.Length <= MaxWordLength && Volatile.Read(ref _count) < MaxWords)
        {
            TokenSpan[] relative = [.. tokens[first..].Select(token => new TokenSpan(token.Id, token.Begin - offset, token.End - offset))];
            if (_lookup.TryAdd(word, relative))
                Interlocked.Increment(ref _count);
        }
    }
}
