using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>One row of values; the getters follow the row when it moves.</summary>
public abstract class DataViewRow : IDisposable
{
    public abstract DataViewSchema Schema { get; }

    /// <summary>The row's number within this cursor, or -1 before the first and after the last row.</summary>
    public abstract long Position { get; }

    /// <summary>Rows of a cursor set that belong together have the same batch number.</summary>
    public abstract long Batch { get; }

    public abstract ValueGetter<DataViewRowId> GetIdGetter();

    public abstract bool IsColumnActive(DataViewSchema.Column column);

    public abstract ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
