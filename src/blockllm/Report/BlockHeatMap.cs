using System.Globalization;
using System.Text;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Draws which blocks were active when: a row for each block, and a bar wherever it had active weights; a paler one where it had them part of the time.</summary>
internal static class BlockHeatMap
{
    private const int Width = 640;
    private const int NameWidth = 250;
    private const int RowHeight = 14;
    private const int MostNames = 12;

    /// <summary>Draws the map of a run.</summary>
    /// <param name="history">The reports of its updates.</param>
    public static string Draw(IReadOnlyList<TrainingProgress> history)
    {
        var selections = history.Where(progress => progress.Reselected).ToList();
        var blocks = selections.Index().SelectMany(item => item.Item.ActiveBlocks.Distinct().Select(block => (Name: block, Selection: item.Index)))
            .GroupBy(choice => choice.Name, choice => choice.Selection)
            .Select(choices => (Name: choices.Key, Chosen: choices.ToList()))
            .OrderBy(block => block.Name, NaturalOrder)
            .ToList();
        if (blocks.Count == 0)
            return "<p>No blocks were chosen.</p>";
        var end = history[^1].Step + 1;
        var steps = new ChartAxis(selections[0].Step, end, NameWidth, Width);
        var spans = new ActiveSpans([.. selections.Select(selection => selection.Step)], end);
        var svg = new StringBuilder().Append(CultureInfo.InvariantCulture, $"<figure tabindex=\"0\"><svg class=\"wide\" viewBox=\"0 0 {Width} {(blocks.Count * RowHeight) + 4}\" role=\"img\" aria-label=\"{HtmlPage.Escape(Summary(blocks, selections.Count))}\">\n");
        foreach (var (i, block) in blocks.Index())
        {
            svg.Append(CultureInfo.InvariantCulture, $"<g><title>{HtmlPage.Escape(block.Name)}: in {block.Chosen.Count} of {selections.Count} selections</title><text x=\"{NameWidth - 6}\" y=\"{(i * RowHeight) + 11}\" text-anchor=\"end\">{HtmlPage.Escape(Short(block.Name))}</text>");
            foreach (var span in spans.Of(block.Chosen))
            {
                var opacity = span.Share < 1 ? $" fill-opacity=\"{ChartAxis.Place(span.Share)}\"" : "";
                svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"f0\"{opacity} x=\"{ChartAxis.Place(steps.At(span.From))}\" y=\"{(i * RowHeight) + 2}\" width=\"{ChartAxis.Place(steps.At(span.Until) - steps.At(span.From))}\" height=\"{RowHeight - 3}\"/>");
            }

            svg.Append("</g>\n");
        }

        return svg.Append(CultureInfo.InvariantCulture, $"</svg>\n<figcaption>From left to right the steps from {selections[0].Step} to {end - 1}; {selections.Count} selections. Blocks never chosen are left out, and so is what is always active.</figcaption></figure>").ToString();
    }

    /// <summary>The blocks chosen most often: whoever listens to hundreds of names learns nothing.</summary>
    private static string Summary(List<(string Name, List<int> Chosen)> blocks, int selections) =>
        $"Active blocks over time, in {selections} selections of {blocks.Count} blocks. Most often: "
        + string.Join("; ", blocks.OrderByDescending(block => block.Chosen.Count).Take(MostNames).Select(block => $"{block.Name}: {block.Chosen.Count}"));

    /// <summary>The end of a long name, which tells blocks apart.</summary>
    private static string Short(string name) => name.Length <= 40 ? name : "…" + name[^39..];

    /// <summary>Layer 2 before layer 10.</summary>
    private static Comparer<string> NaturalOrder { get; } = Comparer<string>.Create((left, right) => string.CompareOrdinal(Padded(left), Padded(right)));

    private static string Padded(string name) => string.Join('.', name.Split('.').Select(part => part.All(char.IsAsciiDigit) ? part.PadLeft(5, '0') : part));
}
