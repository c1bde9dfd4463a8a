// One training step of the USE-lite classifier, batch 32 x 64 tokens, as TrainingLoop makes it; peer.py is the same step in PyTorch.
// Usage: StepBenchmark adamw|blockllm MODEL_DIRECTORY STEPS. Prints the median times in milliseconds as a line of JSON.
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;
using static TorchSharp.torch;

const int BatchSize = 32, Tokens = 64, Classes = 6, Vocabulary = 8002, WarmUp = 5;

var (method, directory, steps) = (args[0], args[1], int.Parse(args[2], CultureInfo.InvariantCulture));
TorchThreads.Set(2);
NativeHeap.Set(FreedMemory.Kept);
manual_seed(1);
var random = new Random(1);
using var model = PretrainedModel.FromDirectory(directory).CreateClassifier(Classes);
using StagewiseOptimizer optimizer = method switch
{
    "adamw" => new AdamWOptimizer(model.named_parameters(), new AdamWOptimizerOptions { LearningRate = 1e-5 }),
    "blockllm" => new BlockLlmOptimizer(model.named_parameters(), new BlockLlmOptimizerOptions
    {
        LearningRate = 1e-5,
        Frozen = ["*.embeddings.*"],
        AlwaysActive = ["classifier.*"],
        Reselection = new ReselectionRule.FixedPeriod(100),
    }),
    _ => throw new ArgumentException($"'{method}' is neither adamw nor blockllm."),
};
var engine = new StageEngine(model);
model.train();
var times = new List<(double Step, double Forward, double Backward, double Optimizer)>();
for (var i = 0; i < WarmUp + steps; i++)
{
    var started = Stopwatch.GetTimestamp();
    using var batch = new TrainingBatch(
        new TokenBatch(tensor(RandomIds(BatchSize * Tokens, 6, Vocabulary), [BatchSize, Tokens])), tensor(RandomIds(BatchSize, 0, Classes)));
    while (optimizer.NeedsProbe)
    {
        Run(optimizer.Probe);
        optimizer.EndProbe();
    }

    var pass = Run(optimizer.Accumulate);
    var updating = Stopwatch.GetTimestamp();
    optimizer.Update(pass.Loss);
    times.Add((
        Stopwatch.GetElapsedTime(started).TotalMilliseconds, pass.Forward.TotalMilliseconds, pass.Backward.TotalMilliseconds,
        Stopwatch.GetElapsedTime(updating).TotalMilliseconds));

    StagePass Run(Action<TorchSharp.Modules.Parameter, Tensor> receive) =>
        engine.ForwardBackward(batch, CrossEntropy.Loss, optimizer.NeedsGradient, receive);
}

times.RemoveRange(0, WarmUp);
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $$"""{"step": {{Median(t => t.Step)}}, "forward": {{Median(t => t.Forward)}}, "backward": {{Median(t => t.Backward)}}, "optimizer": {{Median(t => t.Optimizer)}}}"""));

long[] RandomIds(int count, int from, int below) => [.. Enumerable.Range(0, count).Select(_ => random.NextInt64(from, below))];

double Median(Func<(double Step, double Forward, double Backward, double Optimizer), double> part) =>
    times.Select(part).Order().ElementAt(times.Count / 2);
