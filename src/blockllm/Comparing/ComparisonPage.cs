using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Writes a comparison as a page to look at.</summary>
internal static class ComparisonPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="path">Its path; an older one is replaced.</param>
    /// <param name="table">The comparison.</param>
    public static void Write(string path, ComparisonTable table)
    {
        const double MiB = 1 << 20;
        var page = new HtmlPage($"{string.Join(", ", table.Methods)}: a comparison");
        page.AddText($"{(table.Task == PlanTask.Lm ? "Perplexity (lower is better)" : "Accuracy (higher is better)")} on the validation data, with weights kept and rates chosen by the same data. Each training had a process of its own. Figures are means over the seeds, and memory is the largest.");
        page.Add("Quality over memory", ScatterPlot.Draw(
            $"{table.Quality} over memory above the loaded model", "MiB above the loaded model", table.Quality, table.Rows.Select(row => new ScatterPoint(row.Method, row.Memory.Measured / MiB, row.Quality, row.Lowest, row.Highest))));
        foreach (var note in table.Notes)
            page.AddText(note);
        page.Add("Methods", HtmlTable.Draw("Methods", table.Header, table.Cells, isNumeric: true));
        AtomicFile.WriteText(path, page.ToString());
    }
}
