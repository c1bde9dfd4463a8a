using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Setup;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>The Universal Sentence Encoder lite, where <c>dotnet run --project eng/setup -- use-lite</c> has put it.</summary>
[TestClass]
public sealed class RealEncoderTests
{
    private static readonly (string Label, string Text)[] Sentences =
    [
        ("weather", "It will rain tomorrow."), ("food", "The soup tastes of garlic."), ("weather", "A storm comes from the sea."), ("food", "We had bread and cheese."),
        ("weather", "The sun is shining today."), ("food", "She bakes an apple pie."), ("weather", "Snow fell all night."), ("food", "This restaurant serves great pasta."),
        ("weather", "It is cold and windy."), ("food", "Dinner was rice with fish."), ("weather", "Clouds cover the sky."), ("food", "He cooks potatoes for lunch."),
    ];

    [TestMethod]
    public void A_few_sentences_suffice_to_tell_two_topics_apart()
    {
        var ml = new MLContext(seed: 1);
        var training = ml.Data.LoadFromEnumerable(Sentences.Select(sentence => new Message { Label = sentence.Label, Text = sentence.Text }));
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.TextClassification.Trainers.BlockLlm(Encoder(), epochs: 10, batchSize: 4))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

        var model = pipeline.Fit(training);
        using var disposing = model as IDisposable;
        var engine = ml.Model.CreatePredictionEngine<Message, Prediction>(model);

        Assert.AreEqual("weather", engine.Predict(new Message { Text = "There was fog over the hills in the morning." }).PredictedLabel);
        Assert.AreEqual("food", engine.Predict(new Message { Text = "I would like some chocolate cake." }).PredictedLabel);
    }

    /// <summary>Every method with a learning rate that suits a few updates.</summary>
    public static IEnumerable<object[]> Methods => TrainingMethod.All.Select(method => new object[] { method.Name, method.Name switch { "Sgd" => 0.1, "ApolloMini" => 3e-4, _ => 1e-3 } });

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void Every_method_tells_them_apart(string method, double learningRate)
    {
        var ml = new MLContext(seed: 1);
        var training = ml.Data.LoadFromEnumerable(Sentences.Select(sentence => new Message { Label = sentence.Label, Text = sentence.Text }));
        var keyed = Pipelines.KeyLabels(ml, training);
        var options = new BlockLlmTextClassificationOptions { Model = Encoder(), Method = TrainingMethod.Named(method), LearningRate = learningRate, Epochs = 3, BatchSize = 4, Seed = 1 };

        using var model = ml.TextClassification.Trainers.BlockLlm(options).Fit(keyed);

        var accuracy = ml.MulticlassClassification.Evaluate(model.Transform(keyed)).MicroAccuracy;
        Assert.IsTrue(accuracy >= 10.0 / 12, $"{accuracy:P0} of the sentences");
    }

    private static PretrainedModel Encoder()
    {
        if (!Directory.Exists(CacheFolder.UseLite))
            Assert.Inconclusive($"The encoder is not in '{CacheFolder.UseLite}'. Run: dotnet run --project eng/setup -- use-lite");
        return PretrainedModel.FromDirectory(CacheFolder.UseLite);
    }

    private sealed class Prediction
    {
        public string PredictedLabel { get; set; } = "";
    }
}
