namespace Microsoft.ML.Data;

/// <summary>The values of one column, kept in memory row after row.</summary>
internal abstract class ColumnStore
{
    public static ColumnStore Create(DataViewType type) => (ColumnStore)Activator.CreateInstance(typeof(ColumnStore<>).MakeGenericType(type.RawType));

    public abstract void Clear();

    /// <summary>An action that adds the row's current value.</summary>
    public abstract Action Filler(DataViewRow row, DataViewSchema.Column column);

    /// <summary>An action that puts the row's current value in the place of another.</summary>
    public abstract Action<int> Replacer(DataViewRow row, DataViewSchema.Column column);

    /// <summary>A getter of the value at a changing index.</summary>
    public abstract Delegate CreateGetter(Func<int> index);
}

internal sealed class ColumnStore<TValue> : ColumnStore
{
    private readonly List<TValue> _values = [];

    public override void Clear() => _values.Clear();

    public override Action Filler(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<TValue>(column);
        return () => _values.Add(Read(getter));
    }

    public override Action<int> Replacer(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<TValue>(column);
        return index => _values[index] = Read(getter);
    }

    public override Delegate CreateGetter(Func<int> index) => typeof(TValue).IsGenericType && typeof(TValue).GetGenericTypeDefinition() == typeof(VBuffer<>)
        ? Generic.Invoke<Delegate>(CreateVectorGetter<int>, typeof(TValue).GetGenericArguments()[0], _values, index)
        : (ValueGetter<TValue>)((ref TValue value) => value = _values[index()]);

    // A caller may write into the vector it is given, so it gets a copy.
    private static Delegate CreateVectorGetter<TItem>(List<VBuffer<TItem>> values, Func<int> index) =>
        (ValueGetter<VBuffer<TItem>>)((ref VBuffer<TItem> value) => values[index()].CopyTo(ref value));

    private static TValue Read(ValueGetter<TValue> getter)
    {
        TValue value = default;
        getter(ref value);
        return value;
    }
}
