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
    Training.Run(arguments);
else
    Prediction.Run(arguments);
return 0;
