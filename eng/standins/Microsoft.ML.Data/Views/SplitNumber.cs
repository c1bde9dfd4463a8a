using System.Runtime.InteropServices;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>
/// Gives each row a number in [0, 1): by its place and the seed or, if there is a column to sample by, by that column's value, so that
/// rows with the same value stay together.
/// </summary>
internal sealed class SplitNumber
{
    // The seed of ML.NET's number generator where neither the call nor the context has one.
    private const int DefaultSeed = 42;

    // Keeps these numbers apart from those of a shuffle with the same seed, which would draw the rows in the order of their numbers.
    private const int Salt = 0x5EED5A17;

    private readonly int _seed;

    public SplitNumber(IDataView data, string samplingKeyColumnName, int? seed)
    {
        _seed = seed ?? DefaultSeed;
        if (samplingKeyColumnName != null)
        {
            Column = data.Schema.GetColumnOrNull(samplingKeyColumnName)
                ?? throw Contracts.ExceptMissingColumn("samplingKeyColumn", "SamplingKeyColumn", samplingKeyColumnName);
        }
    }

    public DataViewSchema.Column? Column { get; }

    /// <summary>A function to be called once per row, in order.</summary>
    public Func<double> CreateReader(DataViewRow row)
    {
        if (Column is not { } column)
            return new Random(_seed ^ Salt).NextDouble;
        if (column.Type is VectorDataViewType vector)
            return Generic.Invoke<Func<double>>(CreateVectorReader<int>, vector.ItemType.RawType, row, column);
        return Generic.Invoke<Func<double>>(CreateScalarReader<int>, column.Type.RawType, row, column);
    }

    private Func<double> CreateScalarReader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default;
            getter(ref value);
            return ToNumber(Hash(StartHash(), value));
        };
    }

    private Func<double> CreateVectorReader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        return () =>
        {
            VBuffer<T> value = default;
            getter(ref value);
            return ToNumber(value.DenseValues().Aggregate(StartHash(), Hash));
        };
    }

    private ulong StartHash() => Hash(14695981039346656037, _seed);

    // FNV-1a over the text of the value, which is the same on every machine and in every process.
    private static ulong Hash<T>(ulong hash, T value)
    {
        string text = value is IFormattable formattable ? formattable.ToString(null, System.Globalization.CultureInfo.InvariantCulture) : value.ToString();
        foreach (byte b in MemoryMarshal.AsBytes(text.AsSpan()))
            hash = (hash ^ b) * 1099511628211;
        return (hash ^ 0xFF) * 1099511628211;
    }

    // The final mixing of MurmurHash3 spreads values that differ little; 53 bits fill a double.
    private static double ToNumber(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
        hash ^= hash >> 33;
        return (hash >> 11) * (1.0 / (1UL << 53));
    }
}
