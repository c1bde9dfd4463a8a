using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Columns;

/// <summary>Reads the text, or the pair of texts, of a row as tokens.</summary>
internal sealed class RowTexts
{
    private readonly BatchEncoder _encoder;
    private readonly ValueGetter<ReadOnlyMemory<char>> _text;
    private readonly ValueGetter<ReadOnlyMemory<char>>? _secondText;

    /// <summary>Makes a reader of a row or cursor in which the text columns are active.</summary>
    public RowTexts(DataViewRow row, InputColumns columns, BatchEncoder encoder)
    {
        _encoder = encoder;
        _text = row.GetGetter<ReadOnlyMemory<char>>(row.Schema[columns.Text]);
        _secondText = columns.SecondText is { } second ? row.GetGetter<ReadOnlyMemory<char>>(row.Schema[second]) : null;
    }

    /// <summary>The current row's tokens.</summary>
    public EncodedText Read() =>
        _secondText is null ? _encoder.Encode(Value(_text)) : _encoder.EncodePair(Value(_text), Value(_secondText));

    private static string Value(ValueGetter<ReadOnlyMemory<char>> getter)
    {
        ReadOnlyMemory<char> text = default;
        getter(ref text);
        return text.ToString();
    }
}
