namespace Microsoft.ML.BlockLlm.Training;

/// <summary>The validation data of a run with checkpoints. Its content is digested when it is read for the first time, and compared where the run goes on from a checkpoint that has a digest of it.</summary>
/// <param name="data">The data.</param>
/// <param name="options">The options of the run.</param>
internal sealed class ValidationData(ITrainingData data, TrainingOptions options) : ITrainingData
{
    private bool _isDigested = options.Checkpoints is null;

    /// <inheritdoc/>
    public long? Count => data.Count;

    /// <summary>SHA-256 over the batches of an evaluation, in hexadecimal; null before the first one and without checkpoints.</summary>
    public string? Digest { get; private set; }

    /// <summary>Takes over what a run knew before it was interrupted.</summary>
    /// <param name="digest">Its digest; null where its checkpoint has none.</param>
    public void Resume(string? digest) => Digest = digest;

    /// <inheritdoc/>
    public IEnumerable<TrainingBatch> ReadShuffled(int batchSize, int seed) => data.ReadShuffled(batchSize, seed);

    /// <inheritdoc/>
    /// <exception cref="CheckpointException">It is read to its end for the first time, and is not what the checkpoint was made with.</exception>
    public IEnumerable<TrainingBatch> ReadAll(int batchSize) => _isDigested ? data.ReadAll(batchSize) : ReadDigested(batchSize);

    private IEnumerable<TrainingBatch> ReadDigested(int batchSize)
    {
        using var digest = new BatchDigest();
        foreach (var batch in data.ReadAll(batchSize))
        {
            digest.Add(batch);
            yield return batch;
        }

        if (Digest is { } before && before != digest.Value)
        {
            throw new CheckpointException(options.Checkpoints!.Directory,
                "the validation data is not that of the checkpoint, so that evaluations could not be compared. Go on with the same data in the same order, or begin anew in another folder.");
        }

        (Digest, _isDigested) = (digest.Value, true);
    }
}
