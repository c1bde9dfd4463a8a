// Trains, measures and uses the model Messages, whose code is in Messages.*.cs.
//
//   Messages_ConsoleApp train    [--data messages.tsv] [--model FOLDER-OR-HUB-NAME]
//   Messages_ConsoleApp evaluate [--data messages.tsv] [--model FOLDER-OR-HUB-NAME]
//   Messages_ConsoleApp predict  [--text TEXT]
using Messages_ConsoleApp;

const string ModelFile = "Messages.mlnet";

var options = args.Skip(1).Chunk(2).ToLookup(pair => pair[0], pair => pair[^1]);
if (args.Length % 2 == 0 || args[0] is not ("train" or "evaluate" or "predict") || options.Any(option => option.Key is not ("--data" or "--model" or "--text")))
{
    Console.Error.WriteLine("usage: Messages_ConsoleApp train|evaluate|predict [--data FILE] [--model FOLDER-OR-HUB-NAME] [--text TEXT]");
    return 2;
}
var data = options["--data"].LastOrDefault() ?? Path.Combine(AppContext.BaseDirectory, Messages.RetrainFilePath);
var pretrainedModel = options["--model"].LastOrDefault() ?? Messages.RetrainPretrainedModel;

switch (args[0])
{
    case "train" or "evaluate" when !File.Exists(data):
        Console.Error.WriteLine($"There is no data file '{data}'. Name one with --data, or leave it out for the messages of the sample.");
        return 1;

    case "train":
        Messages.Train(ModelFile, data, pretrainedModel: pretrainedModel);
        Console.WriteLine($"Saved to {ModelFile}.");
        return 0;

    case "evaluate":
        Messages.PrintMetrics(Messages.Evaluate(data, pretrainedModel: pretrainedModel));
        return 0;

    case "predict" when !File.Exists(ModelFile):
        Console.Error.WriteLine($"There is no model file '{ModelFile}'. Make it with: Messages_ConsoleApp train");
        return 1;

    default:
        var input = new Messages.ModelInput { Text = options["--text"].LastOrDefault() ?? "When will my order arrive?" };
        Console.WriteLine($"Text: {input.Text}");
        Console.WriteLine($"Predicted label: {Messages.Predict(input).PredictedLabel}");
        Console.WriteLine();
        Console.WriteLine($"{"Class",-20}{"Score",-20}");
        Console.WriteLine($"{"-----",-20}{"-----",-20}");
        foreach (var score in Messages.PredictAllLabels(input))
            Console.WriteLine($"{score.Key,-20}{score.Value,-20:F4}");
        return 0;
}
