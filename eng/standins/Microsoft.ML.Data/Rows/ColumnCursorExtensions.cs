using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

public static class ColumnCursorExtensions
{
    /// <summary>The values of one column: text as string too, vectors as arrays too.</summary>
    public static IEnumerable<T> GetColumn<T>(this IDataView data, string columnName)
    {
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckNonEmpty(columnName, nameof(columnName));
        return data.GetColumn<T>(data.Schema[columnName]);
    }

    public static IEnumerable<T> GetColumn<T>(this IDataView data, DataViewSchema.Column column)
    {
        Contracts.CheckValue(data, nameof(data));
        var current = data.Schema[column.Index];
        Contracts.CheckParam(current.Name == column.Name && current.Type.Equals(column.Type), nameof(column), "column must belong to the data view's schema");
        var type = column.Type;
        if (typeof(T) == type.RawType)
            return Read<T, T>(data, column, value => value);
        if (typeof(T) == typeof(string) && type is TextDataViewType)
            return (IEnumerable<T>)Read<ReadOnlyMemory<char>, string>(data, column, text => text.ToString());
        if (typeof(T).IsArray && type is VectorDataViewType vector)
        {
            var item = typeof(T).GetElementType();
            if (item == vector.ItemType.RawType)
                return Generic.Invoke<IEnumerable<T>>(ReadArrays<int>, item, data, column);
            if (item == typeof(string) && vector.ItemType is TextDataViewType)
                return (IEnumerable<T>)Read<VBuffer<ReadOnlyMemory<char>>, string[]>(data, column, texts => texts.DenseValues().Select(t => t.ToString()).ToArray());
        }
        throw new InvalidOperationException($"Could not map a data view column '{column.Name}' of type '{type}' to {typeof(T)}.");
    }

    private static IEnumerable<TItem[]> ReadArrays<TItem>(IDataView data, DataViewSchema.Column column) =>
        Read<VBuffer<TItem>, TItem[]>(data, column, vector => vector.DenseValues().ToArray());

    private static IEnumerable<TResult> Read<TValue, TResult>(IDataView data, DataViewSchema.Column column, Func<TValue, TResult> convert)
    {
        using var cursor = data.GetRowCursor([column]);
        var getter = cursor.GetGetter<TValue>(column);
        while (cursor.MoveNext())
        {
            TValue value = default;
            getter(ref value);
            yield return convert(value);
        }
    }
}
