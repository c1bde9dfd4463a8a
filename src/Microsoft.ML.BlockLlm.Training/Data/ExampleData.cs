namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Training data of examples that are in memory, such as the rows of a classification data set.</summary>
/// <typeparam name="TExample">An example, such as the token ids of a text and its label.</typeparam>
/// <remarks>
/// Batches are padded to their longest example, so examples of like length are put together as far as chance is not harmed: the shuffled
/// examples are taken in windows of sixteen batches, each window is sorted by length and cut into batches, and the batches of a window
/// come in random order.
/// </remarks>
public sealed class ExampleData<TExample> : ITrainingData
{
    private const int WindowInBatches = 16;

    private readonly IReadOnlyList<TExample> _examples;
    private readonly Func<IReadOnlyList<TExample>, TrainingBatch> _collate;
    private readonly Func<TExample, int> _length;

    /// <summary>Makes training data.</summary>
    /// <param name="examples">The examples.</param>
    /// <param name="collate">Makes a padded batch of some examples.</param>
    /// <param name="length">Length of an example, in tokens.</param>
    /// <exception cref="ArgumentException">There is no example.</exception>
    public ExampleData(IReadOnlyList<TExample> examples, Func<IReadOnlyList<TExample>, TrainingBatch> collate, Func<TExample, int> length)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(collate);
        ArgumentNullException.ThrowIfNull(length);
        if (examples.Count == 0)
            throw new ArgumentException("There are no examples; training and evaluation need at least one.", nameof(examples));
        _examples = examples;
        _collate = collate;
        _length = length;
    }

    /// <inheritdoc/>
    public long? Count => _examples.Count;

    /// <inheritdoc/>
    public IEnumerable<TrainingBatch> ReadShuffled(int batchSize, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        var random = new Random(seed);
        var order = _examples.ToArray();
        random.Shuffle(order);
        foreach (var window in order.Chunk((int)Math.Min((long)WindowInBatches * batchSize, int.MaxValue)))
        {
            // LINQ's sort is stable, so the seed alone decides the order of equally long examples.
            var batches = window.OrderBy(_length).Chunk(batchSize).ToArray();

            // The batch that is not full stays last, for only the last of the pass may have fewer examples.
            var full = batches.Length - (window.Length % batchSize == 0 ? 0 : 1);
            random.Shuffle(batches.AsSpan(0, full));
            foreach (var batch in batches)
                yield return _collate(batch);
        }
    }

    /// <inheritdoc/>
    public IEnumerable<TrainingBatch> ReadAll(int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return _examples.OrderBy(_length).Chunk(batchSize).Select(batch => _collate(batch));
    }
}
