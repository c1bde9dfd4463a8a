namespace Microsoft.ML.Data;

/// <summary>Equality and order of column values: text by its characters' codes, everything else by nature.</summary>
internal static class TermComparer
{
    public static IEqualityComparer<T> Equality<T>() => typeof(T) == typeof(ReadOnlyMemory<char>)
        ? (IEqualityComparer<T>)(object)new TextEquality()
        : EqualityComparer<T>.Default;

    public static IComparer<T> Order<T>() => typeof(T) == typeof(ReadOnlyMemory<char>)
        ? (IComparer<T>)(object)Comparer<ReadOnlyMemory<char>>.Create((x, y) => x.Span.CompareTo(y.Span, StringComparison.Ordinal))
        : Comparer<T>.Default;

    /// <summary>True for empty text and for NaN; other types have no missing value.</summary>
    public static bool IsMissing<T>(T value) => value switch
    {
        ReadOnlyMemory<char> text => text.IsEmpty,
        float number => float.IsNaN(number),
        double number => double.IsNaN(number),
        _ => false,
    };

    private sealed class TextEquality : IEqualityComparer<ReadOnlyMemory<char>>
    {
        public bool Equals(ReadOnlyMemory<char> x, ReadOnlyMemory<char> y) => x.Span.SequenceEqual(y.Span);

        public int GetHashCode(ReadOnlyMemory<char> text) => string.GetHashCode(text.Span);
    }
}
