namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>The losses since the last selection, as far as a rule looks back.</summary>
/// <param name="window">How many of the last losses are kept.</param>
/// <param name="smoothing">Weight a of the past in the smoothed loss φ̄_t = a·φ̄_{t−1} + (1 − a)·φ_t; 0 for the loss itself.</param>
internal sealed class LossHistory(int window, double smoothing)
{
    private readonly Queue<double> _losses = new();

    /// <summary>Number of losses seen since the last selection.</summary>
    public long Count { get; private set; }

    /// <summary>The last smoothed losses, oldest first.</summary>
    public IReadOnlyCollection<double> Losses => _losses;

    /// <summary>What the smoothed loss is with one more loss.</summary>
    public double Smooth(double loss) => Count == 0 ? loss : smoothing * _losses.Last() + (1 - smoothing) * loss;

    public void Add(double smoothedLoss)
    {
        _losses.Enqueue(smoothedLoss);
        if (_losses.Count > window)
            _losses.Dequeue();
        Count++;
    }

    public void Clear()
    {
        _losses.Clear();
        Count = 0;
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Count);
        writer.Write(_losses.Count);
        foreach (double loss in _losses)
            writer.Write(loss);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <returns>What takes it over; until then nothing changes.</returns>
    /// <exception cref="InvalidDataException">The losses are not as many as are kept of those seen.</exception>
    public Action Read(BinaryReader reader)
    {
        long count = reader.ReadInt64();
        int kept = reader.ReadInt32();
        if (count < 0 || kept != Math.Min(count, window))
            throw new InvalidDataException($"The saved state has {kept} of {count} losses, where the last {window} are kept.");
        var losses = new double[kept];
        for (int i = 0; i < kept; i++)
            losses[i] = reader.ReadDouble();
        return () =>
        {
            Clear();
            foreach (double loss in losses)
                Add(loss);
            Count = count;
        };
    }
}
