namespace Microsoft.ML.BlockLlm.Training;

/// <summary>
/// Packs documents into sequences that are nearly full, so that little is computed for padding. No document is cut: each goes into the fullest open
/// sequence that has room for it (best fit, as Ding and others, 2024, arXiv 2404.10830, pack).
/// </summary>
public static class SequencePacker
{
    private const int MaxOpen = 64;
    private const int ShortestDocument = 2;

    /// <summary>Packs documents while they are read. A bounded number of sequences is open at a time, whatever the number of documents.</summary>
    /// <param name="documents">The documents, each of at least 2 and at most <paramref name="length"/> tokens.</param>
    /// <param name="length">The most tokens of a sequence.</param>
    /// <returns>The sequences, packed anew each time they are read.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is less than 2.</exception>
    /// <exception cref="ArgumentException">A document is shorter or longer; thrown when the sequences are read.</exception>
    public static IEnumerable<TokenSequence> Pack(IEnumerable<TokenDocument> documents, int length)
    {
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, ShortestDocument);
        return PackInto(documents, length);
    }

    private static IEnumerable<TokenSequence> PackInto(IEnumerable<TokenDocument> documents, int length)
    {
        var open = new List<OpenSequence>();
        foreach (var document in documents)
        {
            if (document.Length < ShortestDocument || document.Length > length)
                throw new ArgumentException($"A document has {document.Length} tokens; only those of {ShortestDocument} to {length} tokens can be packed. Split longer ones.", nameof(documents));
            var target = open.Where(sequence => sequence.Length + document.Length <= length).MaxBy(sequence => sequence.Length);
            if (target is null)
                open.Add(target = new OpenSequence());
            target.Add(document);
            var isFull = length - target.Length < ShortestDocument;
            if (isFull || open.Count > MaxOpen)
            {
                var closed = isFull ? target : open.MaxBy(sequence => sequence.Length)!;
                open.Remove(closed);
                yield return closed.Close();
            }
        }
        foreach (var sequence in open)
            yield return sequence.Close();
    }

    private sealed class OpenSequence
    {
        private readonly List<TokenDocument> _documents = [];

        public int Length { get; private set; }

        public void Add(TokenDocument document)
        {
            _documents.Add(document);
            Length += document.Length;
        }

        public TokenSequence Close() => new(_documents);
    }
}
