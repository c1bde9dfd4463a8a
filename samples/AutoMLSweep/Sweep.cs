using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.BlockLlm.AutoML;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Setup;
using Microsoft.ML.Data;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;

/// <summary>Looks for the best parameters on a sample, measures them on data that was kept apart, fits the pipeline with them on all data, and saves the model.</summary>
internal static class Sweep
{
    /// <exception cref="TimeoutException">No trial was completed in the time.</exception>
    public static async Task RunAsync(Arguments arguments)
    {
        var ml = new MLContext(seed: 1);
        var data = ml.Data.Cache(ml.Data.LoadFromTextFile<Message>(arguments.DataPath, hasHeader: true));
        var test = ml.Data.TrainTestSplit(data, testFraction: 0.2, seed: 1);
        var sample = ml.Data.Cache(ml.Data.TakeRows(ml.Data.ShuffleRows(test.TrainSet, seed: 1, shufflePoolSize: 10_000), arguments.Rows));
        var validation = ml.Data.TrainTestSplit(sample, testFraction: 0.2, seed: 2);

        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Auto().BlockLlmTextClassification(PretrainedModel.FromDirectory(CacheFolder.UseLite), searchSpace: new SearchSpace
            {
                ["Epochs"] = new ChoiceOption(1, 2, 3),
            }))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

        var trials = new SweepMonitor(new Progress());
        var experiment = ml.Auto().CreateExperiment()
            .SetDataset(validation.TrainSet, validation.TestSet)
            .SetMulticlassClassificationMetric(MulticlassClassificationMetric.MicroAccuracy, labelColumn: "Label")
            .SetBlockLlmPipeline(pipeline)
            .SetMonitor(trials)
            .SetTrainingTimeInSeconds(arguments.Seconds);
        if (arguments.Trials is int count)
            experiment.SetMaxModelToExplore(count);

        Console.WriteLine($"== Sweeping on {sample.GetColumn<string>("Label").Count()} rows, for {arguments.Seconds} seconds at most");
        var best = await experiment.RunAsync();
        (best.Model as IDisposable)?.Dispose();

        Console.WriteLine();
        Console.WriteLine(trials);
        Console.WriteLine($"Best parameters: {string.Join(", ", trials.Best!.Parameters.Select(parameter => $"{parameter.Key} {parameter.Value}"))}");

        Console.WriteLine("== Fitting with them on all but the test set");
        var estimator = pipeline.BuildFromTrial(ml, best);
        using (var measured = estimator.Fit(test.TrainSet))
        {
            var metrics = ml.MulticlassClassification.Evaluate(measured.Transform(test.TestSet));
            Console.WriteLine($"Accuracy {metrics.MicroAccuracy:P2}, log-loss {metrics.LogLoss:F4}, on the test set, which neither training nor the sweep has seen.");
        }

        Console.WriteLine($"== Fitting with them on all data, {data.GetColumn<string>("Label").Count()} rows, the test set included: this is the model that is saved");
        using var model = estimator.Fit(data);
        ml.Model.Save(model, data.Schema, arguments.ModelPath);
        Console.WriteLine($"Saved to {arguments.ModelPath}, {new FileInfo(arguments.ModelPath).Length / 1e6:F1} MB.");
    }

    /// <summary>Prints each trial as it ends.</summary>
    private sealed class Progress : IProgress<SweepTrial>
    {
        public void Report(SweepTrial value)
        {
            if (value.Status == SweepTrialStatus.Completed)
                Console.WriteLine($"  Trial {value.Id}: {value.Metric:P2} in {value.Duration?.TotalSeconds:F1} s");
            else if (value.Status == SweepTrialStatus.Failed)
                Console.WriteLine($"  Trial {value.Id} failed: {value.Failure}");
        }
    }
}
