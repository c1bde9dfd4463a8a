// A project outside the repository that knows the library only by its package: trains on a few sentences, saves, loads, predicts.
using Microsoft.ML;
using Microsoft.ML.BlockLlm.Models;

var ml = new MLContext(seed: 1);
var data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 64).Select(i => i % 2 == 0
    ? new Review { Label = "good", Text = $"a wonderful film, {i} times better than the book" }
    : new Review { Label = "bad", Text = $"dull and far too long, I left after {i} minutes" }));

var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
    .Append(ml.TextClassification.Trainers.BlockLlm(PretrainedModel.FromDirectory(args[0]), textColumnName: "Text", epochs: 4))
    .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

ml.Model.Save(pipeline.Fit(data), data.Schema, "reviews.zip");
var model = ml.Model.Load("reviews.zip", out _);
using var engine = ml.Model.CreatePredictionEngine<Review, Prediction>(model);
var predicted = engine.Predict(new Review { Text = "what a wonderful story" }).PredictedLabel;
Console.WriteLine($"The packages train, save, load and predict: '{predicted}'.");
return predicted == "good" ? 0 : 1;

internal sealed class Review
{
    public string Label { get; set; } = "";
    public string Text { get; set; } = "";
}

internal sealed class Prediction
{
    public string PredictedLabel { get; set; } = "";
}
