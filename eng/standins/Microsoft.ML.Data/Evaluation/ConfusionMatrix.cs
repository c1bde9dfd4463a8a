using System.Globalization;
using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>How often each true class (row) was predicted as each class (column).</summary>
public sealed class ConfusionMatrix
{
    private readonly IReadOnlyList<string> _names;

    internal ConfusionMatrix(double[][] counts, IReadOnlyList<string> names)
    {
        Counts = counts;
        _names = names;
        PerClassRecall = counts.Select((row, i) => Share(row[i], row.Sum())).ToArray();
        PerClassPrecision = counts.Select((row, i) => Share(row[i], counts.Sum(other => other[i]))).ToArray();
    }

    public IReadOnlyList<double> PerClassPrecision { get; }

    public IReadOnlyList<double> PerClassRecall { get; }

    public IReadOnlyList<IReadOnlyList<double>> Counts { get; }

    public int NumberOfClasses => Counts.Count;

    public double GetCountForClassPair(int predictedClassIndicatorIndex, int actualClassIndicatorIndex)
    {
        CheckIndex(predictedClassIndicatorIndex, nameof(predictedClassIndicatorIndex));
        CheckIndex(actualClassIndicatorIndex, nameof(actualClassIndicatorIndex));
        return Counts[actualClassIndicatorIndex][predictedClassIndicatorIndex];
    }

    /// <summary>The table as text, with recall at the end of each row and precision at the foot of each column.</summary>
    public string GetFormattedConfusionTable()
    {
        int columnWidth = NumberOfClasses == 2 ? 8 : 5;
        int nameWidth = _names.Max(name => name.Length);
        // Names too long for the header are replaced by numbers there, which then stand before the names of the rows.
        bool isNumbered = nameWidth > columnWidth;
        int digits = $"{NumberOfClasses - 1}".Length;
        int labelWidth = Math.Max(9, isNumbered ? nameWidth + digits + 2 : nameWidth);
        string pad = new(' ', labelWidth - 9);
        string rule = string.Concat(Enumerable.Repeat(NumberOfClasses > 2 ? "========" : "===========", NumberOfClasses));
        var culture = CultureInfo.CurrentCulture;

        var text = new StringBuilder();
        text.AppendLine().AppendLine("Confusion table");
        text.AppendLine(culture, $"          {pad}||{rule}");
        text.Append(culture, $"PREDICTED {pad}||");
        for (int i = 0; i < NumberOfClasses; i++)
            text.Append(' ').Append((isNumbered ? $"{i}" : _names[i]).PadLeft(columnWidth)).Append(" |");
        text.AppendLine(" Recall");
        text.AppendLine(culture, $"TRUTH     {pad}||{rule}");
        for (int i = 0; i < NumberOfClasses; i++)
        {
            text.Append(isNumbered
                ? $"{$"{i}".PadLeft(digits)}. {_names[i].PadLeft(labelWidth - digits - 2)} ||"
                : $"{_names[i].PadLeft(labelWidth)} ||");
            foreach (double count in Counts[i])
                text.Append(' ').Append(count.ToString("N0", culture).PadLeft(columnWidth)).Append(" |");
            text.AppendLine(culture, $" {PerClassRecall[i],5:F4}");
        }
        text.AppendLine(culture, $"          {pad}||{rule}");
        text.Append(culture, $"Precision {pad}||");
        foreach (double precision in PerClassPrecision)
            text.Append(precision.ToString("F4", culture).PadLeft(columnWidth + 1)).Append(" |");
        return text.AppendLine().ToString();
    }

    private static double Share(double part, double whole) => whole > 0 ? part / whole : 0;

    private void CheckIndex(int index, string name) =>
        Contracts.CheckParam(index >= 0 && index < NumberOfClasses, name, "Invalid index. Should be non-negative, less than the number of classes.");
}
