namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Prints rows in columns as wide as their longest entry: the first to the left, the others to the right.</summary>
internal static class TextColumns
{
    public static void Print(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        var all = rows.Prepend(header).ToList();
        var widths = header.Index().Select(column => all.Max(row => row[column.Index].Length)).ToArray();
        foreach (var row in all)
            Console.WriteLine(string.Join("  ", row.Index().Select(cell => cell.Index == 0 ? cell.Item.PadRight(widths[0]) : cell.Item.PadLeft(widths[cell.Index]))).TrimEnd());
    }
}
