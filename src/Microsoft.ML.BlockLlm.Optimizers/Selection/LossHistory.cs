namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>The losses since the last selection, as far as a rule looks back.</summary>
/// <param name="window">How many of the last losses are kept.</param>
/// <param name="smoothing">
/// Weight a of the past in the smoothed loss; 0 for the loss itself. It is the mean of all losses since the last selection, each older one with a times the weight: φ̄_t = (1 − w)·φ̄_{t−1} + w·φ_t with
/// w = (1 − a) / (1 − aᵗ), which is the exponential average that starts from 0, divided by 1 − aᵗ as Adam divides its moments.
/// </param>
internal sealed class LossHistory(int window, double smoothing)
{
    private readonly Queue<double> _losses = new();

    /// <summary>Number of losses seen since the last selection.</summary>
    public long Count { get; private set; }

    /// <summary>The last smoothed losses, oldest first.</summary>
    public IReadOnlyCollection<double> Losses => _losses;

    /// <summary>What the smoothed loss is with one more loss.</summary>
    public double Smooth(double loss)
    {
        if (Count == 0)
            return loss;
        double weight = (1 - smoothing) / (1 - Math.Pow(smoothing, Count + 1));
        return ((1 - weight) * _losses.Last()) + (weight * loss);
    }

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
    /// <exception cref="InvalidDataException">The losses are not as many as are kept of those seen, or one is not finite.</exception>
    public Action Read(BinaryReader reader)
    {
        long count = reader.ReadInt64();
        int kept = reader.ReadInt32();
        if (count < 0 || kept != Math.Min(count, window))
            throw new InvalidDataException($"The saved state has {kept} of {count} losses, where the last {window} are kept.");
        var losses = new double[kept];
        for (int i = 0; i < kept; i++)
        {
            losses[i] = reader.ReadDouble();
            if (!double.IsFinite(losses[i]))
                throw new InvalidDataException($"The saved state has a loss of {losses[i]}, and is damaged. Load another one.");
        }

        return () =>
        {
            Clear();
            foreach (double loss in losses)
                Add(loss);
            Count = count;
        };
    }
}
