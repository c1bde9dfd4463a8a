using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>Every method trains a classifier in an ML.NET pipeline, each with a learning rate that suits it.</summary>
[TestClass]
public sealed class MethodFitTests
{
    public static IEnumerable<object[]> Methods =>
    [
        [TrainingMethod.AdamW() with { LearningRate = 0.01 }],
        [TrainingMethod.Lora(new() { LearningRate = 0.02, Rank = 4, MaxGradientNorm = 1 })],
        [TrainingMethod.BAdam(new() { LearningRate = 0.02, Period = 10, MaxGradientNorm = 1 })],
        [TrainingMethod.Lisa(new() { LearningRate = 0.02, Period = 10, ActiveLayers = 1, MaxGradientNorm = 1 })],
        [TrainingMethod.Misa(new() { LearningRate = 0.02, Period = 10, ActiveShare = 0.3, MaxGradientNorm = 1 })],
        [TrainingMethod.Sgd(new() { LearningRate = 0.1, Momentum = 0.9, MaxGradientNorm = 1 })],
        [TrainingMethod.GaLore(new() { LearningRate = 0.02, Scale = 1, Rank = 8, Period = 10 })],
        [TrainingMethod.Fira(new() { LearningRate = 0.01, Scale = 1, Rank = 8, Period = 10 })],
        [TrainingMethod.Apollo(new() { LearningRate = 0.01, Rank = 8, Period = 10 })],
        [TrainingMethod.ApolloMini() with { LearningRate = 0.003 }],
        [TrainingMethod.Frugal(new() { LearningRate = 0.01, Period = 10, SignStepRate = 0.2 })],
    ];

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void Training_learns_the_words_that_give_a_class_away(TrainingMethod method)
    {
        var ml = new MLContext(seed: 1);
        var split = ml.Data.TrainTestSplit(ml.Data.LoadFromEnumerable(Message.Make(300)), testFraction: 0.2);
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.TextClassification.Trainers.BlockLlm(new BlockLlmTextClassificationOptions
            {
                Model = TinyModel.Open(), TextColumnName = "Text", Epochs = 6, BatchSize = 16, Method = method,
            }))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

        var model = pipeline.Fit(split.TrainSet);
        using var disposing = model as IDisposable;
        var metrics = ml.MulticlassClassification.Evaluate(model.Transform(split.TestSet));

        Assert.IsTrue(metrics.MicroAccuracy > 0.95, $"Accuracy is {metrics.MicroAccuracy}.");
    }
}
