using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>Data and trainers that many tests use.</summary>
internal static class Pipelines
{
    /// <summary>Messages with their labels as keys.</summary>
    public static IDataView Keyed(MLContext ml, IEnumerable<Message> messages) =>
        KeyLabels(ml, ml.Data.LoadFromEnumerable(messages));

    public static IDataView Keyed(MLContext ml, int count = 60, int kinds = 3) => Keyed(ml, Message.Make(count, kinds));

    public static IDataView KeyLabels(MLContext ml, IDataView data) =>
        ml.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);

    public static BlockLlmTextClassificationOptions Options => new()
    {
        Model = TinyModel.Open(),
        Epochs = 1,
        BatchSize = 16,
        LearningRate = 0.01,
        Seed = 1,
    };

    public static BlockLlmTextClassificationTrainer Trainer(MLContext ml, BlockLlmTextClassificationOptions? options = null) =>
        ml.TextClassification.Trainers.BlockLlm(options ?? Options);

    public static float[][] Scores(ITransformer model, IDataView data) => [.. model.Transform(data).GetColumn<float[]>("Score")];
}
