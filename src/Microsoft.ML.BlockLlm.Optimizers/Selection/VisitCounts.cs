namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>How often each block was taken.</summary>
internal sealed class VisitCounts(int blocks)
{
    private readonly long[] _visits = new long[blocks];
    private long _total;

    public long this[int block] => _visits[block];

    /// <summary>
    /// Visit share of a block, f_b = (visits_b + 1) / (Σ visits + number of blocks): one imagined visit each keeps it above 0, and the
    /// shares add up to 1.
    /// </summary>
    public double Share(int block) => (_visits[block] + 1.0) / (_total + _visits.Length);

    public void Visit(int block)
    {
        _visits[block]++;
        _total++;
    }

    public void Restore(IReadOnlyList<long> visits)
    {
        _total = 0;
        for (int block = 0; block < _visits.Length; block++)
            _total += _visits[block] = visits[block];
    }
}
