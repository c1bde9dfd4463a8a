// Fine-tunes the Universal Sentence Encoder lite on SpamAssassin e-mails with BlockLLM, in an ML.NET pipeline.
//
//   TextClassification train   --model spam-model.zip [--epochs 2] [--rows 6046]
//   TextClassification predict --model spam-model.zip [--text "..."]

var arguments = Arguments.Parse(args);
if (arguments is null)
{
    Console.Error.WriteLine("usage: TextClassification train|predict --model FILE [--epochs N] [--rows N] [--text TEXT]");
    return 2;
}

if (arguments.Command == "train")
{
    Training.Run(arguments);
    return 0;
}
if (!File.Exists(arguments.ModelPath))
{
    Console.Error.WriteLine($"There is no model file '{arguments.ModelPath}'. Make it with: TextClassification train --model {arguments.ModelPath}");
    return 1;
}
Prediction.Run(arguments);
return 0;
