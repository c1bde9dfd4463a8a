using System.Globalization;
using System.Text;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Draws where the time of a run went.</summary>
internal static class TimeSplit
{
    private const int Width = 640;

    /// <summary>Draws a bar and the table that explains it.</summary>
    public static string Draw(TrainingTime time)
    {
        (string Name, TimeSpan Time)[] parts =
            [("data", time.Data), ("forward", time.Forward), ("backward", time.Backward), ("optimizer", time.Optimizer), ("evaluation", time.Evaluation)];
        var total = parts.Sum(part => part.Time.TotalSeconds);
        var svg = new StringBuilder().Append(CultureInfo.InvariantCulture, $"<figure><svg viewBox=\"0 0 {Width} 28\" aria-hidden=\"true\">");
        var from = 0.0;
        foreach (var (i, part) in parts.Index())
        {
            var width = total > 0 ? part.Time.TotalSeconds / total * Width : 0;
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"f{i}\" x=\"{ChartAxis.Place(from)}\" y=\"2\" width=\"{ChartAxis.Place(width)}\" height=\"24\"/>");
            from += width;
        }

        var rows = parts.Select(part => new[]
        {
            part.Name, string.Create(CultureInfo.InvariantCulture, $"{part.Time.TotalSeconds:F2}"), string.Create(CultureInfo.InvariantCulture, $"{(total > 0 ? 100 * part.Time.TotalSeconds / total : 0):F1} %"),
        });
        return svg.Append("</svg></figure>\n").Append(HtmlTable.Draw("Where the time went, in the order of the bar", ["part", "seconds", "share"], rows, isNumeric: true)).ToString();
    }
}
