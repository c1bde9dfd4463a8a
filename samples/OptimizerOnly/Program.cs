// Trains a small character model with the BlockLLM optimizer in an ordinary TorchSharp loop, without ML.NET.
//
//   OptimizerOnly [--text FILE] [--steps 1000] [--sparsity 0.9]      sparsity 0 is full Adam

using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Setup;
using static TorchSharp.torch;

const int BatchSize = 128, HeldOutCharacters = 4000;

var arguments = Arguments.Parse(args);
if (arguments is null)
{
    Console.Error.WriteLine("usage: OptimizerOnly [--text FILE] [--steps N] [--sparsity S], S at least 0 and below 1");
    return 2;
}
var file = arguments.Text ?? CacheFolder.Brown;
if (!File.Exists(file))
{
    Console.Error.WriteLine($"There is no text '{file}'. Fetch the Brown corpus with: dotnet run --project eng/setup -- brown, or name a file with --text.");
    return 1;
}

manual_seed(1);
set_num_threads(Environment.ProcessorCount);
var random = new Random(1);
var text = new CharacterText(File.ReadAllText(file));
using var model = new CharacterModel();
using var optimizer = new BlockLlmOptimizer(model.named_parameters(), new BlockLlmOptimizerOptions
{
    Sparsity = arguments.Sparsity,
    LearningRate = 2e-3,
    AlwaysActive = ["characters", "head.*"],
    Reselection = new ReselectionRule.FixedPeriod(50),
    MaxGradientNorm = 1,
});

Console.WriteLine($"Held-out loss {HeldOutLoss():F3} nats per character before training.");
for (var step = 1; step <= arguments.Steps; step++)
{
    using var scope = NewDisposeScope();
    var (inputs, targets) = text.TrainingBatch(BatchSize, random);

    optimizer.zero_grad();
    var loss = nn.functional.cross_entropy(model.forward(inputs), targets);
    loss.backward();
    optimizer.step(loss);

    if (step % Math.Max(1, arguments.Steps / 10) == 0)
        Console.WriteLine($"  Step {step}: loss {loss.item<float>():F3}, {optimizer.Selections} selections, now in {string.Join(", ", optimizer.ActiveBlocks)}");
}
Console.WriteLine($"Held-out loss {HeldOutLoss():F3} nats per character after {arguments.Steps} steps.");

var weights = model.parameters().Sum(parameter => parameter.numel());
Console.WriteLine($"Selection chose {optimizer.ActiveCount} of {optimizer.CandidateCount} weights at a time; " +
    $"the optimizer's state takes {optimizer.StateBytes / 1e6:F2} MB, that of full Adam {8 * weights / 1e6:F2} MB.");
return 0;

double HeldOutLoss()
{
    using var noGradient = no_grad();
    using var scope = NewDisposeScope();
    var (inputs, targets) = text.HeldOutBatch(HeldOutCharacters);
    return nn.functional.cross_entropy(model.forward(inputs), targets).item<float>();
}
