// Laid out as ML.NET Model Builder generates it: how good the model is on data that it was not trained on.
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Messages_ConsoleApp;

public partial class Messages
{
    public const double ValidationSplitRatio = 0.2;

    /// <summary>
    /// Train on a part of the dataset, and measure the model on the rest.
    /// </summary>
    /// <param name="inputDataFilePath">Path to the data file.</param>
    /// <param name="separatorChar">Separator character for delimited file.</param>
    /// <param name="hasHeader">Boolean if file has a header.</param>
    /// <param name="allowQuoting">Boolean if file allows quoting.</param>
    /// <param name="pretrainedModel">Folder or hub name of the language model that is fine-tuned.</param>
    /// <returns>The metrics on the rest.</returns>
    public static MulticlassClassificationMetrics Evaluate(
        string inputDataFilePath = RetrainFilePath, char separatorChar = RetrainSeparatorChar, bool hasHeader = RetrainHasHeader,
        bool allowQuoting = RetrainAllowQuoting, string pretrainedModel = RetrainPretrainedModel)
    {
        var mlContext = new MLContext(seed: 1);
        var data = LoadIDataViewFromFile(mlContext, inputDataFilePath, separatorChar, hasHeader, allowQuoting);
        var split = mlContext.Data.TrainTestSplit(data, ValidationSplitRatio);

        var model = RetrainModel(mlContext, split.TrainSet, pretrainedModel);
        using var disposing = model as IDisposable;
        return Evaluate(mlContext, model, split.TestSet);
    }

    /// <summary>
    /// Measure a trained model.
    /// </summary>
    /// <param name="mlContext">The common context for all ML.NET operations.</param>
    /// <param name="model">The trained model.</param>
    /// <param name="testData">IDataView that the model was not trained on.</param>
    /// <returns>The metrics.</returns>
    public static MulticlassClassificationMetrics Evaluate(MLContext mlContext, ITransformer model, IDataView testData) =>
        mlContext.MulticlassClassification.Evaluate(model.Transform(testData), labelColumnName: @"Label");

    /// <summary>
    /// Print metrics and the confusion table.
    /// </summary>
    /// <param name="metrics">The metrics.</param>
    public static void PrintMetrics(MulticlassClassificationMetrics metrics)
    {
        Console.WriteLine($"{"MicroAccuracy",-20}{metrics.MicroAccuracy:F4}");
        Console.WriteLine($"{"MacroAccuracy",-20}{metrics.MacroAccuracy:F4}");
        Console.WriteLine($"{"LogLoss",-20}{metrics.LogLoss:F4}");
        Console.WriteLine($"{"LogLossReduction",-20}{metrics.LogLossReduction:F4}");
        Console.WriteLine(metrics.ConfusionMatrix.GetFormattedConfusionTable());
    }
}
