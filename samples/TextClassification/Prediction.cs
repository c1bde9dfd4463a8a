using Microsoft.ML;

/// <summary>Loads a saved model, with plain ML.NET calls, and predicts.</summary>
internal static class Prediction
{
    private static readonly string[] _examples =
    [
        "Re: patch for the IMAP folder bug. The second version works for me, thanks. I will merge it tonight if nobody objects.",
        "CONGRATULATIONS!!! You have been selected to receive a FREE vacation. Click here now to claim your prize, offer expires today",
        "Lower your mortgage payment today! No credit check, guaranteed approval. Reply REMOVE to be taken off our list.",
    ];

    public static void Run(Arguments arguments)
    {
        var ml = new MLContext();
        var model = ml.Model.Load(arguments.ModelPath, out _);
        using var engine = ml.Model.CreatePredictionEngine<Message, MessagePrediction>(model);

        foreach (var text in arguments.Text is null ? _examples : [arguments.Text])
        {
            var prediction = engine.Predict(new Message { Text = text });
            Console.WriteLine($"{prediction.PredictedLabel,-4} {prediction.Score.Max():P1}  {(text.Length > 80 ? text[..80] + "…" : text)}");
        }
    }
}
