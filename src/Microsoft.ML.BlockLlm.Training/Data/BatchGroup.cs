namespace Microsoft.ML.BlockLlm.Training;

/// <summary>The batches whose gradients make one update.</summary>
internal sealed class BatchGroup(IReadOnlyList<TrainingBatch> batches) : IDisposable
{
    public IReadOnlyList<TrainingBatch> Batches { get; } = batches;

    public long TargetCount { get; } = batches.Sum(batch => batch.TargetCount);

    public long TokenCount { get; } = batches.Sum(batch => batch.TokenCount);

    /// <summary>Part of a batch in the mean over the group, so that every target counts the same however the batches are cut.</summary>
    public double ShareOf(TrainingBatch batch) => (double)batch.TargetCount / TargetCount;

    /// <summary>Takes the next group from a pass; null at its end.</summary>
    public static BatchGroup? Next(IEnumerator<TrainingBatch> pass, int size)
    {
        var batches = new List<TrainingBatch>();
        try
        {
            while (batches.Count < size && pass.MoveNext())
                batches.Add(pass.Current);
            return batches.Count == 0 ? null : new BatchGroup(batches);
        }
        catch
        {
            batches.ForEach(batch => batch.Dispose());
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var batch in Batches)
            batch.Dispose();
    }
}
