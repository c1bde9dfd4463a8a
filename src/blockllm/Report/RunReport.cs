using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;
using TorchSharp;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Writes what a run did as a page to look at.</summary>
/// <param name="title">What was trained.</param>
/// <param name="summary">What training did.</param>
/// <param name="plan">The memory planned for it.</param>
/// <param name="baseline">Resident memory before there was a model.</param>
/// <param name="settings">All settings, by name.</param>
internal sealed class RunReport(string title, TrainingSummary summary, MemoryPlan plan, long baseline, IEnumerable<(string Key, object? Value)> settings)
{
    private const int LongestText = 300;

    /// <summary>Writes the page.</summary>
    /// <param name="path">Its path; an older one is replaced.</param>
    /// <param name="result">The result in words.</param>
    /// <param name="evaluation">How a classifier does on the validation data. Default null: it is none, or there is none.</param>
    public void Write(string path, string result, ClassifierEvaluation? evaluation = null)
    {
        var page = new HtmlPage(title);
        foreach (var line in result.Split('\n').Where(line => !line.StartsWith(' ')))
            page.AddText(line);
        var history = summary.History;
        var evaluated = history.Where(progress => progress.Validation is not null).ToList();
        page.Add("Loss", LineChart.Draw("Loss", [Curve("loss, smoothed", history, progress => progress.SmoothedLoss), Curve("validation", evaluated, progress => progress.Validation!.Loss)]));
        if (evaluated.Any(progress => double.IsFinite(progress.Validation!.Accuracy)))
            page.Add("Accuracy", LineChart.Draw("Accuracy on the validation data", [Curve("validation", evaluated, progress => progress.Validation!.Accuracy)]));
        page.Add("Learning rate", LineChart.Draw("Learning rate", [Curve("learning rate", history, progress => progress.LearningRate)], fromZero: true, format: "0.##E+0"));
        page.Add("Memory", Memory(history));
        page.Add("Active blocks", BlockHeatMap.Draw(history));
        page.Add("Time", TimeSplit.Draw(summary.Time));
        if (evaluation is not null)
        {
            page.Add("Confusion matrix", HtmlTable.Draw(
                "Confusion matrix: rows are the true classes, columns the predicted ones", ["true \\ predicted", .. evaluation.Labels],
                evaluation.Labels.Zip(evaluation.Confusion, (label, counts) => new[] { label }.Concat(counts.Select(Number)).ToArray()), isNumeric: true));
            page.Add("Most surely wrong", evaluation.MostSurelyWrong.Count == 0 ? "<p>None was wrong.</p>" : HtmlTable.Draw(
                "Rows of the validation data that were most surely put into another class", ["predicted", "true", "probability", "text"],
                evaluation.MostSurelyWrong.Select(wrong => new[] { wrong.Predicted, wrong.Label, wrong.Probability.ToString("F3", CultureInfo.InvariantCulture), Clip(wrong.Text) })));
        }

        page.Add("Settings", HtmlTable.Draw("Settings", ["setting", "value"], settings.Select(setting => new[] { setting.Key, Setting.ToText(setting.Value) })));
        page.Add("Environment", HtmlTable.Draw("Environment", ["what", "value"], [
            ["system", RuntimeInformation.OSDescription],
            [".NET", RuntimeInformation.FrameworkDescription],
            ["processors", Number(Environment.ProcessorCount)],
            ["memory", ByteCount.Format(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)],
            ["blockllm", VersionOf(typeof(RunReport))],
            ["ML.NET", VersionOf(typeof(MLContext))],
            ["TorchSharp", VersionOf(typeof(torch))],
            ["device", settings.FirstOrDefault(setting => setting.Key == KebabCase.Of(nameof(TrainerSettings.Gpu))).Value is int gpu ? $"GPU {Number(gpu)}" : "CPU"],
            ["threads", Number(torch.get_num_threads())],
        ]));
        AtomicFile.WriteText(path, page.ToString());
    }

    private string Memory(IReadOnlyList<TrainingProgress> history)
    {
        const double MiB = 1 << 20;
        ChartCurve[] curves = [Curve("resident memory of the process, in MiB", history, progress => progress.ResidentMemory / MiB)];
        var planned = Curve($"planned peak of batches of {plan.Batch.BatchSize} texts of {plan.Batch.Length} tokens, above the runtime and the data", [history[0], history[^1]], _ => (baseline + plan.Peak) / MiB);
        return LineChart.Draw("Resident memory", [.. curves, planned], fromZero: true, format: "0") + HtmlTable.Draw("Memory, planned and measured", ["", "bytes"],
        [
            ["planned: weights", ByteCount.Format(plan.Weights)],
            ["planned: gradients", ByteCount.Format(plan.Gradients)],
            ["planned: optimizer state", ByteCount.Format(plan.OptimizerState)],
            ["planned: activations", ByteCount.Format(plan.Activations + plan.Boundaries)],
            ["planned: logits and loss", ByteCount.Format(plan.Loss)],
            ["planned: best weights", ByteCount.Format(plan.BestModel)],
            ["planned: peak", ByteCount.Format(plan.Peak)],
            ["measured: peak", ByteCount.Format(Math.Max(0, summary.PeakMemory - baseline))],
            ["measured: runtime and data, before there was a model", ByteCount.Format(baseline)],
        ], isNumeric: true);
    }

    private static ChartCurve Curve(string name, IReadOnlyList<TrainingProgress> history, Func<TrainingProgress, double> value) =>
        new(name, [.. history.Select(progress => ((double)progress.Step, value(progress)))]);

    /// <summary>As much of a text as tells it apart from others.</summary>
    private static string Clip(string text) => text.Length <= LongestText ? text : text[..LongestText] + "…";

    /// <summary>The version of the package that a type is from, without the commit that it was built from.</summary>
    private static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? type.Assembly.GetName().Version!.ToString();

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
