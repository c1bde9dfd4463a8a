using System.Globalization;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>What comes of a comparison: a row for each method, over its seeds.</summary>
/// <param name="Task">What was trained.</param>
/// <param name="Runs">The trainings.</param>
internal sealed record ComparisonTable(PlanTask Task, IReadOnlyList<ComparedRun> Runs)
{
    /// <summary>What a higher or lower value of which is better.</summary>
    public string Quality => Task == PlanTask.Lm ? "perplexity" : "accuracy";

    /// <summary>The rows, in the order of the methods.</summary>
    public IReadOnlyList<ComparisonRow> Rows => [.. Runs.GroupBy(run => run.Method).Select(ComparisonRow.Of)];

    /// <summary>The table in Markdown.</summary>
    public override string ToString() => MarkdownTable.Of(Header, Cells);

    /// <summary>The heads of the columns.</summary>
    public IReadOnlyList<string> Header => ["method", "learning rate", Quality, "seconds", "memory above the model", "planned", "weights active", "seeds"];

    /// <summary>The cells in words.</summary>
    public IEnumerable<string[]> Cells => Rows.Select(row => new[]
    {
        row.Method, string.Create(CultureInfo.InvariantCulture, $"{row.LearningRate:G3}"), Spread(row), string.Create(CultureInfo.InvariantCulture, $"{row.Seconds:F1}"),
        ByteCount.Format(row.Memory.Measured), row.Memory.Planned is { } planned ? ByteCount.Format(planned) : "", string.Create(CultureInfo.InvariantCulture, $"{100 * row.ActiveShare:F1} %"),
        row.Seeds.ToString(CultureInfo.InvariantCulture),
    });

    private string Spread(ComparisonRow row)
    {
        var format = Task == PlanTask.Lm ? "F2" : "F4";
        var mean = row.Quality.ToString(format, CultureInfo.InvariantCulture);
        return row.Seeds == 1 ? mean : $"{mean} ({row.Lowest.ToString(format, CultureInfo.InvariantCulture)} to {row.Highest.ToString(format, CultureInfo.InvariantCulture)})";
    }
}

/// <summary>A method in a comparison.</summary>
/// <param name="Method">The method.</param>
/// <param name="LearningRate">The rate that was best of those tried.</param>
/// <param name="Quality">Mean quality over the seeds.</param>
/// <param name="Lowest">The lowest of a seed.</param>
/// <param name="Highest">The highest of a seed.</param>
/// <param name="Seconds">Mean time.</param>
/// <param name="Memory">The largest memory above the loaded model.</param>
/// <param name="ActiveShare">Mean share of the weights that an update changed.</param>
/// <param name="Seeds">How many seeds it was trained with.</param>
internal sealed record ComparisonRow(
    string Method, double LearningRate, double Quality, double Lowest, double Highest, double Seconds, TrainingMemory Memory, double ActiveShare, int Seeds)
{
    /// <summary>The row of a method's trainings.</summary>
    public static ComparisonRow Of(IGrouping<string, ComparedRun> runs) => new(
        runs.Key, runs.First().LearningRate, runs.Average(run => run.Quality), runs.Min(run => run.Quality), runs.Max(run => run.Quality), runs.Average(run => run.Seconds),
        new TrainingMemory(runs.Max(run => run.Memory.Measured), runs.Max(run => run.Memory.Planned)), runs.Average(run => run.ActiveShare), runs.Count());
}
