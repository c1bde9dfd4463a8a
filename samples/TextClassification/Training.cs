using Microsoft.ML;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Setup;
using Microsoft.ML.Runtime;

/// <summary>Trains, evaluates and saves.</summary>
internal static class Training
{
    public static void Run(Arguments arguments)
    {
        var ml = new MLContext(seed: 1);
        ml.Log += (_, e) =>
        {
            if (e.Kind != ChannelMessageKind.Trace && e.Source.StartsWith("BlockLlm", StringComparison.Ordinal))
                Console.WriteLine("  " + e.RawMessage);
        };

        var data = ml.Data.LoadFromTextFile<Message>(CacheFolder.SpamAssassin, hasHeader: true);
        if (arguments.Rows is int rows)
            data = ml.Data.TakeRows(ml.Data.ShuffleRows(data, seed: 1, shufflePoolSize: 10_000), rows);
        var split = ml.Data.TrainTestSplit(data, testFraction: 0.2, seed: 1);

        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.TextClassification.Trainers.BlockLlm(
                PretrainedModel.FromDirectory(CacheFolder.UseLite), textColumnName: "Text", epochs: arguments.Epochs))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

        var model = pipeline.Fit(split.TrainSet);

        var metrics = ml.MulticlassClassification.Evaluate(model.Transform(split.TestSet));
        Console.WriteLine();
        Console.WriteLine($"Accuracy {metrics.MicroAccuracy:P2}, log-loss {metrics.LogLoss:F4}, on e-mails not seen in training:");
        Console.WriteLine(metrics.ConfusionMatrix.GetFormattedConfusionTable());

        ml.Model.Save(model, data.Schema, arguments.ModelPath);
        Console.WriteLine($"Saved to {arguments.ModelPath}, {new FileInfo(arguments.ModelPath).Length / 1e6:F1} MB.");
    }
}
