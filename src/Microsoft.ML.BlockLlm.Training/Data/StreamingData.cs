namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Training data that is read anew for every pass, so that memory does not grow with it: a corpus of any size.</summary>
/// <typeparam name="TExample">An example, such as a <see cref="TokenSequence"/>.</typeparam>
/// <remarks>
/// A thread of its own reads ahead into a bounded queue, so that training seldom waits for the reader. Examples are shuffled through a bounded buffer: each one
/// that comes takes the place of a random one, which goes into the next batch. The order follows from that of the reader and the seed alone.
/// </remarks>
public sealed class StreamingData<TExample> : ITrainingData
{
    private const int QueuedExamples = 256;

    private readonly Func<IEnumerable<TExample>> _read;
    private readonly Func<IReadOnlyList<TExample>, TrainingBatch> _collate;
    private readonly int _shuffleBufferSize;

    /// <summary>Makes training data.</summary>
    /// <param name="read">Begins to read the examples from the first one on. They are read on another thread, one pass at a time.</param>
    /// <param name="collate">Makes a padded batch of some examples.</param>
    /// <param name="shuffleBufferSize">How many examples the buffer holds. Default: 1,024.</param>
    /// <param name="count">How many examples a pass gives. Default: null, unknown; training then needs <see cref="TrainingOptions.MaxSteps"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="shuffleBufferSize"/> is less than 1.</exception>
    public StreamingData(
        Func<IEnumerable<TExample>> read, Func<IReadOnlyList<TExample>, TrainingBatch> collate, int shuffleBufferSize = 1024, long? count = null)
    {
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(collate);
        ArgumentOutOfRangeException.ThrowIfLessThan(shuffleBufferSize, 1);
        _read = read;
        _collate = collate;
        _shuffleBufferSize = shuffleBufferSize;
        Count = count;
    }

    /// <inheritdoc/>
    public long? Count { get; }

    /// <inheritdoc/>
    public IEnumerable<TrainingBatch> ReadShuffled(int batchSize, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return Batches(Shuffled(ReadAhead.Of(_read, QueuedExamples), new Random(seed)), batchSize);
    }

    /// <inheritdoc/>
    public IEnumerable<TrainingBatch> ReadAll(int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return Batches(ReadAhead.Of(_read, QueuedExamples), batchSize);
    }

    private IEnumerable<TrainingBatch> Batches(IEnumerable<TExample> examples, int batchSize)
    {
        var isEmpty = true;
        foreach (var batch in examples.Chunk(batchSize))
        {
            isEmpty = false;
            yield return _collate(batch);
        }
        if (isEmpty)
            throw new InvalidOperationException("The data has no examples; training and evaluation need at least one.");
    }

    private IEnumerable<TExample> Shuffled(IEnumerable<TExample> examples, Random random)
    {
        var buffer = new List<TExample>();
        foreach (var example in examples)
        {
            if (buffer.Count < _shuffleBufferSize)
            {
                buffer.Add(example);
                continue;
            }
            var place = random.Next(buffer.Count);
            yield return buffer[place];
            buffer[place] = example;
        }
        var rest = buffer.ToArray();
        random.Shuffle(rest);
        foreach (var example in rest)
            yield return example;
    }
}
