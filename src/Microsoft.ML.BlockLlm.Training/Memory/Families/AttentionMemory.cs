namespace Microsoft.ML.BlockLlm.Training;

/// <summary>softmax(QKᵀ/√d)V as it is written down, with all scores. Sizes are counts of numbers.</summary>
/// <param name="Queries">Size of the queries; keys and values are repeated to it where heads share them.</param>
/// <param name="Scores">Number of scores: texts · heads · tokens².</param>
/// <param name="HasDropout">Whether attention weights are dropped.</param>
internal readonly record struct AttentionMemory(long Queries, long Scores, bool HasDropout = false)
{
    public static AttentionMemory Of(BatchShape batch, long heads, long width, double dropout = 0) =>
        new(batch.Tokens * width, batch.BatchSize * heads * batch.Length * batch.Length, dropout > 0);

    /// <summary>A product keeps its operands in its own layout, softmax its result, dropout its mask and the product after it the weights that are left.</summary>
    public long Saved => (3 * Queries) + (HasDropout ? 3 : 1) * Scores;

    /// <summary>Beside that: the scores that softmax was given, and then the mixed values in two layouts.</summary>
    public long Forward => Math.Max(Scores, 2 * Queries);

    /// <summary>The gradients on both sides of softmax, of which dropout's has released as much by then, and those of queries, keys and values.</summary>
    public long Backward => (HasDropout ? 1 : 2) * Scores + (3 * Queries);
}
