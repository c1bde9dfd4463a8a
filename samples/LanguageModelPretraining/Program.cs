// Trains a small LLaMA from the beginning on the Brown corpus, with BlockLLM and with full Adam, and compares loss, memory and time.
//
//   LanguageModelPretraining [--steps 400] [--lines N] [--out brown-llama]                     both, each in a process of its own
//   LanguageModelPretraining --sparsity 0.9 [--steps 400] [--lines N] [--out brown-llama]      one of them; sparsity 0 is full Adam

var arguments = Arguments.Parse(args);
if (arguments is null)
{
    Console.Error.WriteLine("usage: LanguageModelPretraining [--sparsity S] [--steps N] [--lines N] [--out FOLDER]");
    return 2;
}

if (arguments.Sparsity is { } sparsity)
    Pretraining.Run(sparsity, arguments);
else
    Comparison.Run(arguments);
return 0;
