using System.Globalization;
using System.Text;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Draws which blocks were active when: a row for each block, and a bar wherever it had active weights.</summary>
internal static class BlockHeatMap
{
    private const int Width = 640;
    private const int NameWidth = 250;
    private const int RowHeight = 14;

    /// <summary>Draws the map of a run.</summary>
    /// <param name="history">The reports of its updates.</param>
    public static string Draw(IReadOnlyList<TrainingProgress> history)
    {
        var selections = history.Where(progress => progress.Reselected).ToList();
        var blocks = selections.SelectMany(selection => selection.ActiveBlocks).Distinct().Order(NaturalOrder).ToList();
        if (blocks.Count == 0)
            return "<p>No blocks were chosen.</p>";
        var end = history[^1].Step + 1;
        var steps = new ChartAxis(selections[0].Step, end, NameWidth, Width);
        var counts = blocks.ToDictionary(block => block, block => selections.Count(selection => selection.ActiveBlocks.Contains(block)));
        var svg = new StringBuilder().Append(CultureInfo.InvariantCulture, $"<figure tabindex=\"0\"><svg class=\"wide\" viewBox=\"0 0 {Width} {(blocks.Count * RowHeight) + 4}\" role=\"img\" aria-label=\"{HtmlPage.Escape(Summary(counts, selections.Count))}\">\n");
        foreach (var (i, block) in blocks.Index())
        {
            svg.Append(CultureInfo.InvariantCulture, $"<g><title>{HtmlPage.Escape(block)}: in {counts[block]} of {selections.Count} selections</title><text x=\"{NameWidth - 6}\" y=\"{(i * RowHeight) + 11}\" text-anchor=\"end\">{HtmlPage.Escape(Short(block))}</text>");
            foreach (var (j, selection) in selections.Index().Where(item => item.Item.ActiveBlocks.Contains(block)))
            {
                var until = j + 1 < selections.Count ? selections[j + 1].Step : end;
                svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"f0\" x=\"{ChartAxis.Place(steps.At(selection.Step))}\" y=\"{(i * RowHeight) + 2}\" width=\"{ChartAxis.Place(steps.At(until) - steps.At(selection.Step))}\" height=\"{RowHeight - 3}\"/>");
            }

            svg.Append("</g>\n");
        }

        return svg.Append(CultureInfo.InvariantCulture, $"</svg>\n<figcaption>From left to right the steps from {selections[0].Step} to {end - 1}; {selections.Count} selections. Blocks never chosen are left out, and so is what is always active.</figcaption></figure>").ToString();
    }

    private static string Summary(Dictionary<string, int> counts, int selections) =>
        $"Active blocks over time, in {selections} selections. " + string.Join("; ", counts.Select(item => $"{item.Key}: {item.Value}"));

    /// <summary>The end of a long name, which tells blocks apart.</summary>
    private static string Short(string name) => name.Length <= 40 ? name : "…" + name[^39..];

    /// <summary>Layer 2 before layer 10.</summary>
    private static Comparer<string> NaturalOrder { get; } = Comparer<string>.Create((left, right) => string.CompareOrdinal(Padded(left), Padded(right)));

    private static string Padded(string name) => string.Join('.', name.Split('.').Select(part => part.All(char.IsAsciiDigit) ? part.PadLeft(5, '0') : part));
}
