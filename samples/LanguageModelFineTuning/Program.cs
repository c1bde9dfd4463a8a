// Fine-tunes a language model on a text, and lets it go on with a prompt before and after.
//
//   LanguageModelFineTuning [--model brown-llama] [--text FILE] [--steps 200] [--prompt "When I"] [--out tuned-llama]

using Microsoft.ML;
using Microsoft.ML.BlockLlm;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.Runtime;

var arguments = Arguments.Parse(args);
if (arguments is null)
{
    Console.Error.WriteLine("usage: LanguageModelFineTuning [--model FOLDER] [--text FILE] [--steps N] [--prompt TEXT] [--out FOLDER]");
    return 2;
}
if (!Directory.Exists(arguments.Model))
{
    Console.Error.WriteLine($"There is no model in '{arguments.Model}'. Run the sample LanguageModelPretraining first, or name a Hugging Face folder with --model.");
    return 1;
}

var ml = new MLContext(seed: 1);
ml.Log += (_, e) =>
{
    if (e.Kind != ChannelMessageKind.Trace && e.Source.StartsWith("BlockLlm", StringComparison.Ordinal))
        Console.WriteLine("  " + e.RawMessage);
};
var text = ml.Data.LoadFromTextLines(arguments.Text);
var generation = new GenerationOptions { MaxNewTokens = 60, Temperature = 0.8, TopK = 40, Seed = 1 };

Console.WriteLine("== Before");
using (var untrained = CausalLanguageModel.Load(arguments.Model))
    Console.WriteLine(arguments.Prompt + new TextGenerator(untrained).Generate(arguments.Prompt, generation));

Console.WriteLine("== Fine-tuning");
using var model = ml.LanguageModeling.Trainers.BlockLlm(new BlockLlmLanguageModelOptions
{
    Model = PretrainedModel.FromDirectory(arguments.Model),
    RowsAreLines = true,
    MaxSteps = arguments.Steps,
    BatchSize = 4,
    Sparsity = 0.9,
    Optimizer = new BlockLlmOptimizerOptions { MaxGradientNorm = 1, Reselection = new ReselectionRule.FixedPeriod(25) },
}).Fit(text);

Console.WriteLine("== After");
Console.Write(arguments.Prompt);
await foreach (var piece in model.GenerateStreaming(arguments.Prompt, generation))
    Console.Write(piece);
Console.WriteLine();

model.SaveAsHuggingFace(arguments.Output);
Console.WriteLine($"Saved to {arguments.Output}.");
return 0;
