using Microsoft.ML.BlockLlm.Columns;
using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm;

/// <summary>The rows of a data view that a classifier can learn from, as tokens.</summary>
internal sealed class LabelledRows
{
    private LabelledRows(IReadOnlyList<LabelledText> texts, long withoutLabel)
    {
        Texts = texts;
        WithoutLabel = withoutLabel;
    }

    /// <summary>The rows that have a label.</summary>
    public IReadOnlyList<LabelledText> Texts { get; }

    /// <summary>How many rows were left out because their label is missing.</summary>
    public long WithoutLabel { get; }

    /// <summary>How many classes have at least one row.</summary>
    public int ClassesPresent => Texts.Select(text => text.Label).Distinct().Count();

    /// <summary>Reads all rows.</summary>
    /// <param name="data">The data, with the columns checked.</param>
    /// <param name="columns">Names of the columns.</param>
    /// <param name="encoder">Turns texts into tokens.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static LabelledRows Read(IDataView data, InputColumns columns, BatchEncoder encoder, CancellationToken cancellationToken)
    {
        var labelColumn = data.Schema[columns.Label];
        using var cursor = data.GetRowCursor([labelColumn, .. columns.TextsIn(data.Schema)]);
        var getLabel = cursor.GetGetter<uint>(labelColumn);
        var rowTexts = new RowTexts(cursor, columns, encoder);

        var texts = new List<LabelledText>();
        var withoutLabel = 0L;
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            uint label = 0;
            getLabel(ref label);
            if (label == 0)
                withoutLabel++;
            else
                texts.Add(new LabelledText(rowTexts.Read(), label - 1));
        }
        return new LabelledRows(texts, withoutLabel);
    }
}
