namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Makes ML.NET's data of files for classifiers.</summary>
internal static class LabelledData
{
    /// <summary>The rows of a table.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="table">The table.</param>
    /// <param name="label">The label column; null if there is none to read.</param>
    /// <param name="text">The text column.</param>
    /// <param name="secondText">The column with second texts; null for rows of one text.</param>
    public static IDataView Load(MLContext ml, TextTable table, string? label, string text, string? secondText) =>
        Load(ml, table.Read(label, text, secondText), secondText is not null);

    /// <summary>Rows of a label, a text and a second text, which is left out where texts are no pairs.</summary>
    public static IDataView Load(MLContext ml, IEnumerable<string[]> rows, bool isPair) => isPair
        ? ml.Data.LoadFromEnumerable(rows.Select(row => new TextPairRow { Label = row[0], Text = row[1], SecondText = row[2] }))
        : ml.Data.LoadFromEnumerable(rows.Select(row => new TextRow { Label = row[0], Text = row[1] }));
}
