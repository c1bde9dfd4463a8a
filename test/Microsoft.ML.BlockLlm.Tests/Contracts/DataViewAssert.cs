using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>Compares schemas and data.</summary>
internal static class DataViewAssert
{
    public static void SameSchema(DataViewSchema expected, DataViewSchema actual)
    {
        CollectionAssert.AreEqual(expected.Select(Describe).ToList(), actual.Select(Describe).ToList());

        static string Describe(DataViewSchema.Column column) =>
            $"{column.Index} {column.Name} {column.Type} hidden:{column.IsHidden} [{string.Join(", ", column.Annotations.Schema.Select(a => $"{a.Name}: {a.Type}"))}]";
    }

    public static void SameShape(SchemaShape expected, SchemaShape actual)
    {
        CollectionAssert.AreEqual(Describe(expected), Describe(actual));

        static List<string> Describe(SchemaShape shape) => [.. shape.Select(DescribeColumn).Order()];

        static string DescribeColumn(SchemaShape.Column column) =>
            $"{column.Name} {column.Kind} {column.ItemType} key:{column.IsKey} [{string.Join(", ", column.Annotations is null ? [] : column.Annotations.Select(DescribeColumn).Order())}]";
    }

    /// <summary>Checks that the visible columns of both have the same bits in the same rows.</summary>
    public static void SameRows(IDataView expected, IDataView actual) =>
        CollectionAssert.AreEqual(Rows(expected), Rows(actual));

    /// <summary>Every row as text that shows every bit.</summary>
    public static List<string> Rows(IDataView data)
    {
        using var cursor = data.GetRowCursor(data.Schema);
        return Rows(cursor);
    }

    public static List<string> Rows(DataViewRowCursor cursor)
    {
        var readers = cursor.Schema.Where(cursor.IsColumnActive).Select(column => Reader(cursor, column)).ToList();
        var rows = new List<string>();
        while (cursor.MoveNext())
            rows.Add(string.Join(" | ", readers.Select(read => read())));
        return rows;
    }

    /// <summary>Reads the numbers of a row in a column; none if it holds text.</summary>
    public static Func<IReadOnlyList<float>> Numbers(DataViewRow row, DataViewSchema.Column column)
    {
        var type = column.Type.RawType;
        if (type == typeof(uint))
            return Value<uint, IReadOnlyList<float>>(row, column, value => [value]);
        if (type == typeof(int))
            return Value<int, IReadOnlyList<float>>(row, column, value => [value]);
        if (type == typeof(float))
            return Value<float, IReadOnlyList<float>>(row, column, value => [value]);
        if (type == typeof(VBuffer<float>))
            return Value<VBuffer<float>, IReadOnlyList<float>>(row, column, value => [.. value.DenseValues()]);
        return () => [];
    }

    private static Func<string> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        var type = column.Type.RawType;
        if (type == typeof(ReadOnlyMemory<char>))
            return Value<ReadOnlyMemory<char>>(row, column, value => value.ToString());
        if (type == typeof(uint))
            return Value<uint>(row, column, value => value.ToString(CultureInfo.InvariantCulture));
        if (type == typeof(int))
            return Value<int>(row, column, value => value.ToString(CultureInfo.InvariantCulture));
        if (type == typeof(float))
            return Value<float>(row, column, value => BitConverter.SingleToUInt32Bits(value).ToString(CultureInfo.InvariantCulture));
        if (type == typeof(VBuffer<float>))
            return Value<VBuffer<float>>(row, column, value => string.Join(' ', value.DenseValues().Select(BitConverter.SingleToUInt32Bits)));
        throw new NotSupportedException($"Column '{column.Name}' has the type {column.Type}; add a reader for it.");
    }

    private static Func<string> Value<T>(DataViewRow row, DataViewSchema.Column column, Func<T, string> show) => Value<T, string>(row, column, show);

    private static Func<TResult> Value<T, TResult>(DataViewRow row, DataViewSchema.Column column, Func<T, TResult> convert)
    {
        var getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default!;
            getter(ref value);
            return convert(value);
        };
    }
}
