// Sweeps the parameters of BlockLLM on TREC-6: 20 short trials, the first of them with the defaults, and random search beside successive halving for equal seconds.
// Usage: SweepBenchmark MODEL_DIRECTORY DATA_DIRECTORY [SECONDS [searches]]. SECONDS, 60 by default, is the time of each search, of which there are two for each of three seeds; "searches" makes these alone.
// Trials learn the first 500 training rows and are compared on the last 200. Prints a table and, to the standard error, the trials.
using System.Diagnostics;
using System.Globalization;
using FineTuneBenchmark;
using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.BlockLlm.AutoML;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.SearchSpace.Option;
using SweepBenchmark;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var model = PretrainedModel.FromDirectory(args[0]);
var seconds = args.Length > 2 ? uint.Parse(args[2], CultureInfo.InvariantCulture) : 60;
var (train, test) = TaskData.Read("trec", args[1]);
var ml = new MLContext(seed: 1);
var checkpoints = Path.Combine(Path.GetTempPath(), $"blockllm-sweep-{Environment.ProcessId}");

Console.WriteLine($"{"",-40}{"trials",8}{"seconds",9}{"validation",12}{"test",8}{"live tensors",14}");
if (args is not [.., "searches"])
{
    Report("defaults, 1 epoch", epochs: 1, experiment => experiment.SetMaxModelToExplore(1));
    Report("20 trials of 1 epoch, AutoML's tuner", epochs: 1, experiment => experiment.SetMaxModelToExplore(20));
}

for (var seed = 1; seed <= 3; seed++)
{
    Report($"random search, 3 epochs, seed {seed}", epochs: 3, experiment => experiment.SetRandomSearchTuner(seed: seed).SetTrainingTimeInSeconds(seconds));
    Report($"successive halving, 3 epochs, seed {seed}", epochs: 3, experiment => experiment.SetSuccessiveHalvingTuner(checkpoints, seed: seed).SetTrainingTimeInSeconds(seconds));
    if (Directory.Exists(checkpoints))
        Directory.Delete(checkpoints, recursive: true);
}

void Report(string name, int epochs, Func<AutoMLExperiment, AutoMLExperiment> limit)
{
    var space = new Microsoft.ML.SearchSpace.SearchSpace { ["Epochs"] = new ChoiceOption(epochs), ["BatchSize"] = new ChoiceOption([8, 16, 32], 32), ["Method"] = new ChoiceOption("BlockLlm") };
    var tensors = new TensorCounts();
    var monitor = new SweepMonitor(tensors);
    var experiment = ml.Auto().CreateExperiment()
        .SetDataset(Rows(train.Take(500)), Rows(train.TakeLast(200)))
        .SetMulticlassClassificationMetric(MulticlassClassificationMetric.MicroAccuracy, labelColumn: "Label")
        .SetBlockLlmPipeline(ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.Auto().BlockLlmTextClassification(model, searchSpace: space)))
        .SetMonitor(monitor);

    var started = Stopwatch.GetTimestamp();
    var best = limit(experiment).Run();
    var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;

    using var fitted = best.Model as IDisposable;
    var accuracy = ml.MulticlassClassification.Evaluate(best.Model.Transform(Rows(test))).MicroAccuracy;
    Console.Error.WriteLine($"{name}\n{monitor}");
    Console.WriteLine($"{name,-40}{monitor.Trials.Count(trial => trial.Metric is not null),8}{elapsed,9:F0}{best.Metric,12:P1}{accuracy,8:P1}{tensors,14}");
}

IDataView Rows(IEnumerable<(string Text, int Label)> rows) =>
    ml.Data.LoadFromEnumerable(rows.Select(row => new Question { Text = row.Text, Label = row.Label.ToString(CultureInfo.InvariantCulture) }));
