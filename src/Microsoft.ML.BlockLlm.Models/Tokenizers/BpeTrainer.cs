using System.Text;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// Learns a byte-level BPE vocabulary from text (Sennrich et al., 2016, arXiv 1508.07909, algorithm 1, over bytes as Radford et al., 2019, have it):
/// again and again the most frequent pair of neighbouring tokens becomes a token. For language models that are trained from scratch.
/// </summary>
/// <remarks>
/// The same texts and options give the same vocabulary on every machine: of equally frequent pairs, the one of the lower ids is merged first.
/// Only the words that hold a pair are visited when it is merged.
/// </remarks>
public static class BpeTrainer
{
    /// <summary>Learns a vocabulary.</summary>
    /// <param name="texts">The texts; read once, in order.</param>
    /// <param name="options">The size of the vocabulary and its special tokens. Default: <see cref="BpeTrainerOptions"/>'s defaults.</param>
    /// <param name="cancellationToken">Stops the training.</param>
    /// <returns>The vocabulary. It is smaller than asked for if the texts have no more pairs that are frequent enough.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The vocabulary has no room for the bytes and the special tokens.</exception>
    public static BpeVocabulary Train(IEnumerable<string> texts, BpeTrainerOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        options ??= new BpeTrainerOptions();
        options.Validate();
        var words = CountWords(texts, options, cancellationToken);
        var pairs = new BpePairCounts(words);

        var pieces = BpeVocabulary.BytePieces.ToList();
        var ids = pieces.Index().ToDictionary(item => item.Item, item => item.Index, StringComparer.Ordinal);
        var merges = new List<(string Left, string Right)>();
        while (pieces.Count < options.VocabularySize - options.SpecialTokens.Count && pairs.MostFrequent(options.MinFrequency) is { } pair)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Two ways of splitting a piece make one token; a piece that is written as a special token would be taken for it.
            var piece = pieces[pair.Left] + pieces[pair.Right];
            if (options.SpecialTokens.Contains(piece))
                continue;
            if (ids.TryAdd(piece, pieces.Count))
                pieces.Add(piece);
            merges.Add((pieces[pair.Left], pieces[pair.Right]));
            pairs.Merge(pair, ids[piece]);
        }
        return new BpeVocabulary(pieces, merges, options.SpecialTokens);
    }

    // The distinct words as ids of their bytes, in the order in which they first occur.
    private static List<(int[] Ids, long Count)> CountWords(IEnumerable<string> texts, BpeTrainerOptions options, CancellationToken cancellationToken)
    {
        var splitter = new PatternPreTokenizer(PatternPreTokenizer.Gpt2Pattern);
        var special = new AddedTokens(options.SpecialTokens.Select((content, index) => new AddedToken(content, index)));
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var section in special.Split(text).Where(section => section.Id is null).Select(section => text[section.Begin..section.End]))
            {
                foreach (var (offset, length) in splitter.PreTokenize(section))
                {
                    var word = section.Substring(offset, length);
                    counts[word] = counts.GetValueOrDefault(word) + 1;
                }
            }
        }
        return [.. counts.Select(item => (Encoding.UTF8.GetBytes(item.Key).Select(BpeVocabulary.IdOfByte).ToArray(), item.Value))];
    }
}
