using System.Globalization;
using System.Text;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>Puts trials into words.</summary>
internal static class SweepTable
{
    /// <summary>The parameters of all steps by name; with the step before it where two steps have one of the same name.</summary>
    public static IReadOnlyDictionary<string, string> ParametersOf(SearchSpace.Parameter parameter)
    {
        if (!parameter.TryGetValue(TrialParameters.Pipeline, out var pipeline))
            return new Dictionary<string, string>();
        var values =
            from step in pipeline.Keys.Order(StringComparer.Ordinal)
            where pipeline[step].ParameterType == SearchSpace.ParameterType.Object
            from item in pipeline[step]
            where !IsUnused(item.Key, pipeline[step])
            select item.Key == TrialBudget.Name
                ? (Step: step, Name: nameof(TrialBudget.Steps), Value: TrialBudget.Of(pipeline[step])!.ToString())
                : (Step: step, Name: item.Key, Value: Text(item.Value));
        return values.GroupBy(value => value.Name)
            .SelectMany(same => same.Select(value => (Name: same.Count() == 1 ? value.Name : $"{value.Step}.{value.Name}", value.Value)))
            .ToDictionary(value => value.Name, value => value.Value);
    }

    public static string Of(IReadOnlyList<SweepTrial> trials)
    {
        var names = trials.SelectMany(trial => trial.Parameters.Keys).Distinct().ToArray();
        string[][] rows =
        [
            ["trial", "metric", "seconds", .. names, ""],
            .. trials.Select(trial => (string[])
            [
                trial.Id.ToString(CultureInfo.InvariantCulture),
                trial.Metric?.ToString("F4", CultureInfo.InvariantCulture) ?? "",
                trial.Duration?.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture) ?? "",
                .. names.Select(name => trial.Parameters.GetValueOrDefault(name, "")),
                Remark(trial),
            ]),
        ];
        var widths = Enumerable.Range(0, rows[0].Length - 1).Select(column => rows.Max(row => row[column].Length)).ToArray();
        var table = new StringBuilder();
        foreach (var row in rows)
            table.AppendLine(string.Join("  ", [.. widths.Select((width, column) => row[column].PadLeft(width)), row[^1]]).TrimEnd());
        return table.ToString();
    }

    /// <summary>Whether a value is BlockLLM's alone, and the trial has another method.</summary>
    private static bool IsUnused(string name, SearchSpace.Parameter step) =>
        name is nameof(TrainerValues.Sparsity) or nameof(TrainerValues.Patience)
        && step.TryGetValue(nameof(TrainerValues.Method), out var method)
        && !string.Equals(method.AsType<string>(), TrainingMethod.BlockLlm().Name, StringComparison.OrdinalIgnoreCase);

    private static string Remark(SweepTrial trial) => trial.Status switch
    {
        SweepTrialStatus.Best => "best so far",
        SweepTrialStatus.Failed => $"failed: {trial.Failure}",
        SweepTrialStatus.Running => "not completed",
        _ => "",
    };

    private static string Text(SearchSpace.Parameter value) =>
        value.ParameterType == SearchSpace.ParameterType.Number
            ? value.AsType<double>().ToString("G3", CultureInfo.InvariantCulture)
            : value.ToString().Trim('"');
}
