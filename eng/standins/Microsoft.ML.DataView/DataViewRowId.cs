namespace Microsoft.ML.Data;

/// <summary>A 128-bit name of a row, derived by Murmur3-style mixing so that ids of derived rows stay unique.</summary>
public readonly struct DataViewRowId : IComparable<DataViewRowId>, IEquatable<DataViewRowId>
{
    private const ulong C1 = 0x87c37b91114253d5;
    private const ulong C2 = 0x4cf5ad432745937f;

    public readonly ulong Low;
    public readonly ulong High;

    public DataViewRowId(ulong low, ulong high)
    {
        Low = low;
        High = high;
    }

    /// <summary>The id of the first row that comes out of this one.</summary>
    public DataViewRowId Fork() => Mix(ulong.RotateLeft(C1, 31) * C2, 0, beforeLow: false);

    /// <summary>The id of the next row that comes out of the same one.</summary>
    public DataViewRowId Next() => Mix(0, 0, beforeLow: false);

    /// <summary>The id of a row that comes out of two.</summary>
    public DataViewRowId Combine(DataViewRowId other)
    {
        var fork = other.Fork();
        return Mix(ulong.RotateLeft(fork.Low * C1, 31) * C2, ulong.RotateLeft(fork.High * C2, 33) * C1, beforeLow: true);
    }

    public int CompareTo(DataViewRowId other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    public bool Equals(DataViewRowId other) => Low == other.Low && High == other.High;

    public override bool Equals(object obj) => obj is DataViewRowId other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Low, High);

    public override string ToString() => $"{High:x16}{Low:x16}";

    // Fork mixes its key in after the low half's round, Combine before it, as the originals do.
    private DataViewRowId Mix(ulong lowKey, ulong highKey, bool beforeLow)
    {
        ulong low = beforeLow ? Low ^ lowKey : Low;
        low = ((ulong.RotateLeft(low, 27) + High) * 5) + 0x52dce729;
        ulong high = High ^ highKey;
        high = ((ulong.RotateLeft(high, 31) + low) * 5) + 0x38495ab5;
        return new DataViewRowId(beforeLow ? low : low ^ lowKey, high);
    }
}
