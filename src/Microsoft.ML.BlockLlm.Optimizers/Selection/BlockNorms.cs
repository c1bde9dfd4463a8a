namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>What is known of the gradient norm of each block: the exponentially smoothed mean of its measurements.</summary>
/// <param name="blocks">Number of blocks.</param>
/// <param name="smoothing">Weight a of the past in n̄ ← a·n̄ + (1 − a)·‖g‖; 0 for the last measurement alone.</param>
internal sealed class BlockNorms(int blocks, double smoothing)
{
    private readonly double?[] _norms = new double?[blocks];

    /// <summary>The norm of a block; the largest one known where it was not measured yet, and 1 where none was.</summary>
    public double this[int block] => _norms[block] ?? _norms.Max() ?? 1;

    public void Observe(int block, double norm) =>
        _norms[block] = _norms[block] is { } past ? (smoothing * past) + ((1 - smoothing) * norm) : norm;

    /// <summary>Notes what is known now.</summary>
    /// <returns>What brings it back.</returns>
    public Action Note()
    {
        double?[] past = [.. _norms];
        return () => past.CopyTo(_norms, 0);
    }

    public void Write(BinaryWriter writer)
    {
        foreach (var norm in _norms)
            writer.Write(norm ?? double.NaN);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <returns>What takes it over; until then nothing changes.</returns>
    /// <exception cref="InvalidDataException">A norm is negative or not finite.</exception>
    public Action Read(BinaryReader reader)
    {
        var norms = new double?[_norms.Length];
        for (int i = 0; i < norms.Length; i++)
        {
            double norm = reader.ReadDouble();
            if (norm < 0 || double.IsInfinity(norm))
                throw new InvalidDataException($"The saved state has a gradient norm of {norm}, and is damaged. Load another one.");
            norms[i] = double.IsNaN(norm) ? null : norm;
        }

        return () => norms.CopyTo(_norms, 0);
    }
}
