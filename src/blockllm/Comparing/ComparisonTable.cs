using System.Globalization;
using System.Text.Json.Serialization;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>What comes of a comparison: a row for each method, over its seeds.</summary>
/// <param name="Task">What was trained.</param>
/// <param name="Runs">The trainings.</param>
/// <param name="Missing">The trainings that failed, or were not begun.</param>
/// <param name="Trials">What the learning rates were chosen by; nothing of a method that had only one.</param>
/// <param name="Variants">What the methods are that have names of their own, as sentences.</param>
internal sealed record ComparisonTable(PlanTask Task, IReadOnlyList<ComparedRun> Runs, IReadOnlyList<MissingRun> Missing, IReadOnlyList<TriedRun> Trials, IReadOnlyList<string> Variants)
{
    /// <summary>What a higher or lower value of which is better.</summary>
    public string Quality => Task == PlanTask.Lm ? "perplexity" : "accuracy";

    /// <summary>The rows, in the order of the methods.</summary>
    public IReadOnlyList<ComparisonRow> Rows => [.. Runs.GroupBy(run => run.Method).Select(ComparisonRow.Of)];

    /// <summary>The methods, those of which nothing is known too.</summary>
    [JsonIgnore]
    public IEnumerable<string> Methods => Runs.Select(run => run.Method).Concat(Missing.Select(run => run.Method)).Distinct();

    /// <summary>What is missing, as a sentence; null if nothing is.</summary>
    [JsonIgnore]
    public string? MissingText => Missing.Count == 0 ? null : $"Missing: {string.Join(", ", Missing.Select(run => string.Create(CultureInfo.InvariantCulture, $"{run.Method} with seed {run.Seed}")))}.";

    /// <summary>The methods that no other beats in quality and in memory at once; none whose training diverged.</summary>
    public IReadOnlyList<string> Front => [.. Rows.Where(row => double.IsFinite(row.Quality) && !Rows.Any(other => IsBetter(other, row) && other.Memory.Measured < row.Memory.Measured)).Select(row => row.Method)];

    /// <summary>What the rows alone do not say, as sentences.</summary>
    [JsonIgnore]
    public IEnumerable<string> Notes => Variants.Concat(new[] { FrontText, EdgeText, MissingText }.OfType<string>());

    /// <summary>The table in Markdown.</summary>
    public override string ToString() => string.Join("\n\n", Notes.Prepend(MarkdownTable.Of(Header, Cells)));

    /// <summary>The heads of the columns.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Header => ["method", "learning rate", Quality, "seconds", "memory above the model", "planned", "weights active", "seeds"];

    /// <summary>The cells in words.</summary>
    [JsonIgnore]
    public IEnumerable<string[]> Cells => Rows.Select(row => new[]
    {
        row.Method, string.Create(CultureInfo.InvariantCulture, $"{row.LearningRate:G3}"), Spread(row), string.Create(CultureInfo.InvariantCulture, $"{row.Seconds:F1}"),
        ByteCount.Format(row.Memory.Measured), ByteCount.Format(row.Memory.Planned), string.Create(CultureInfo.InvariantCulture, $"{100 * row.ActiveShare:F1} %"),
        row.Seeds.ToString(CultureInfo.InvariantCulture),
    });

    private string? FrontText => Rows.Count < 2 || Front.Count == 0 ? null : $"No other method has both better {Quality} and less memory than: {string.Join(", ", Front)}.";

    /// <summary>Says where the best rate is the lowest or the highest of those tried, as a sentence; null if it is so nowhere.</summary>
    private string? EdgeText
    {
        get
        {
            var edges = Rows.Select(row => (row, Tried: Trials.Where(trial => trial.Method == row.Method).Select(trial => trial.LearningRate).ToList()))
                .Where(entry => entry.Tried.Count > 1 && (entry.row.LearningRate == entry.Tried.Min() || entry.row.LearningRate == entry.Tried.Max()))
                .Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.row.Method} ({(entry.row.LearningRate == entry.Tried.Min() ? "the lowest" : "the highest")}, {entry.row.LearningRate:G3})"))
                .ToList();
            return edges.Count == 0 ? null : $"The best learning rate is at the edge of those tried, so that one beyond may do better: {string.Join(", ", edges)}.";
        }
    }

    private bool IsBetter(ComparisonRow one, ComparisonRow other) => Task == PlanTask.Lm ? one.Quality < other.Quality : one.Quality > other.Quality;

    private string Spread(ComparisonRow row)
    {
        var format = Task == PlanTask.Lm ? "F2" : "F4";
        var mean = row.Quality.ToString(format, CultureInfo.InvariantCulture);
        return row.Seeds == 1 ? mean : $"{mean} ({row.Lowest.ToString(format, CultureInfo.InvariantCulture)} to {row.Highest.ToString(format, CultureInfo.InvariantCulture)})";
    }
}

/// <summary>A training that a comparison was to have and has not.</summary>
/// <param name="Method">The method.</param>
/// <param name="Seed">The seed.</param>
internal sealed record MissingRun(string Method, int Seed);

/// <summary>A training that tried a learning rate.</summary>
/// <param name="Method">The method.</param>
/// <param name="LearningRate">The rate.</param>
/// <param name="Quality">What it came to.</param>
internal sealed record TriedRun(string Method, double LearningRate, double Quality);

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
