using System.Globalization;
using System.Numerics;

namespace Microsoft.ML.Data;

/// <summary>Reads values from text fields. What cannot be read is missing: NaN for real numbers, the default for all else.</summary>
internal static class FieldParser
{
    private static readonly string[] _trueWords = ["t", "y", "1", "+", "+1", "yes", "true"];

    public static Func<ReadOnlyMemory<char>, T> Create<T>(PrimitiveDataViewType type)
    {
        Delegate parser = type switch
        {
            KeyDataViewType key => Generic.Invoke<Delegate>(CreateKeyParser<uint>, key.RawType, key.Count),
            TextDataViewType => (Func<ReadOnlyMemory<char>, ReadOnlyMemory<char>>)(text => text),
            BooleanDataViewType => (Func<ReadOnlyMemory<char>, bool>)(text => _trueWords.Contains(text.ToString(), StringComparer.OrdinalIgnoreCase)),
            _ when type == NumberDataViewType.Single => CreateRealParser<float>(),
            _ when type == NumberDataViewType.Double => CreateRealParser<double>(),
            _ => Generic.Invoke<Delegate>(CreateIntegerParser<int>, type.RawType),
        };
        return (Func<ReadOnlyMemory<char>, T>)parser;
    }

    private static Delegate CreateRealParser<T>() where T : IFloatingPointIeee754<T> => (Func<ReadOnlyMemory<char>, T>)(text =>
        text.IsEmpty ? T.Zero
        : T.TryParse(text.Span.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value
        : T.NaN);

    private static Delegate CreateIntegerParser<T>() where T : IBinaryInteger<T> => (Func<ReadOnlyMemory<char>, T>)(text =>
        T.TryParse(text.Span, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : T.Zero);

    // A file counts keys from 0, a key column from 1.
    private static Delegate CreateKeyParser<T>(ulong count) where T : IBinaryInteger<T> => (Func<ReadOnlyMemory<char>, T>)(text =>
        ulong.TryParse(text.Span, NumberStyles.Integer, CultureInfo.InvariantCulture, out ulong value) && value < count
            ? T.CreateTruncating(value + 1)
            : T.Zero);
}
