using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What becomes one row of a language model's batch: a document, or several packed one after the other.</summary>
public sealed class TokenSequence
{
    /// <summary>Makes a sequence.</summary>
    /// <param name="documents">The documents, at least one.</param>
    /// <exception cref="ArgumentException">There is no document.</exception>
    public TokenSequence(IReadOnlyList<TokenDocument> documents)
    {
        ArgumentNullException.ThrowIfNull(documents);
        if (documents.Count == 0)
            throw new ArgumentException("A sequence needs at least one document.", nameof(documents));
        Documents = [.. documents];
        Length = documents.Sum(document => document.Length);
    }

    /// <summary>The documents, in their order.</summary>
    public IReadOnlyList<TokenDocument> Documents { get; }

    /// <summary>How many tokens there are in all.</summary>
    public int Length { get; }

    /// <summary>
    /// Makes a batch that is padded to its longest sequence. Positions begin anew with each document, no token sees one of another document, and
    /// none is the target of a token before its document.
    /// </summary>
    /// <param name="sequences">The sequences.</param>
    /// <param name="paddingId">What shorter sequences are filled up with; it is masked.</param>
    /// <param name="device">Where the tensors go. Default: the CPU.</param>
    /// <returns>The batch; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">There is no sequence, or no token that is a target.</exception>
    public static TrainingBatch Collate(IReadOnlyList<TokenSequence> sequences, int paddingId, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        if (sequences.Count == 0)
            throw new ArgumentException("A batch needs at least one sequence.", nameof(sequences));
        var rows = new TokenRows(sequences.Count, sequences.Max(sequence => sequence.Length), paddingId);
        foreach (var (row, sequence) in sequences.Index())
            rows.Fill(row, sequence);
        return rows.ToBatch(device ?? CPU, isPacked: sequences.Any(sequence => sequence.Documents.Count > 1));
    }
}
