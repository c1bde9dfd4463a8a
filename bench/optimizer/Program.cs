// Updates of the weights of a small transformer, 7.1 million in 48 tensors, with gradients that are there already; peer.py does the same in PyTorch.
// Usage: OptimizerBenchmark METHOD STEPS THREADS. Prints median times in milliseconds, and the bytes of state, as a line of JSON.
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

const int Width = 384, FeedForward = 1024, Layers = 4, WarmUp = 5, Period = 10;

var (method, steps) = (args[0], int.Parse(args[1], CultureInfo.InvariantCulture));
TorchThreads.Set(int.Parse(args[2], CultureInfo.InvariantCulture));
NativeHeap.Set(FreedMemory.Kept);
manual_seed(1);
var type = method.Contains("bf16", StringComparison.Ordinal) ? ScalarType.BFloat16 : ScalarType.Float32;
var parameters = Shapes().Select(entry => (entry.Name, Value: new Parameter(rand(entry.Shape).to(type)))).ToArray();
var gradients = parameters.Select(entry => randn(entry.Value.shape).to(type)).ToArray();
var options = new BlockLlmOptimizerOptions
{
    LearningRate = 1e-4,
    Reselection = new ReselectionRule.FixedPeriod(Period),
    Moments = method == "blockllm-8bit" ? MomentPrecision.EightBit : MomentPrecision.Full,
    LowPrecision = method == "blockllm-bf16-rounding" ? LowPrecision.StochasticRounding : LowPrecision.MasterWeights,
};
using AdamFamilyOptimizer optimizer = method.StartsWith("adamw", StringComparison.Ordinal)
    ? new AdamWOptimizer(parameters, new AdamWOptimizerOptions { LearningRate = 1e-4 })
    : new BlockLlmOptimizer(parameters, options);

var (updates, selections) = (new List<double>(), new List<double>());
for (var step = 0; step < WarmUp + steps; step++)
{
    var started = Stopwatch.GetTimestamp();
    if (optimizer.NeedsProbe)
    {
        Offer(optimizer.Probe);
        optimizer.EndProbe();
    }

    Offer(optimizer.Accumulate);
    var report = optimizer.Update(1);
    if (step >= WarmUp)
        (report.Reselected ? selections : updates).Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
}

Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture, $$"""{"update": {{Median(updates)}}, "selection": {{Median(selections)}}, "state": {{optimizer.StateBytes}}}"""));

void Offer(Action<Parameter, Tensor> take)
{
    foreach (var ((_, parameter), gradient) in parameters.Zip(gradients))
    {
        if (optimizer.NeedsGradient(parameter))
            take(parameter, gradient);
    }
}

static double Median(List<double> times) => times.Count == 0 ? 0 : times.Order().ElementAt(times.Count / 2);

static IEnumerable<(string Name, long[] Shape)> Shapes()
{
    for (var layer = 0; layer < Layers; layer++)
    {
        foreach (var name in new[] { "q", "k", "v", "o" })
        {
            yield return ($"layers.{layer}.{name}.weight", [Width, Width]);
            yield return ($"layers.{layer}.{name}.bias", [Width]);
        }

        yield return ($"layers.{layer}.gate.weight", [FeedForward, Width]);
        yield return ($"layers.{layer}.up.weight", [FeedForward, Width]);
        yield return ($"layers.{layer}.down.weight", [Width, FeedForward]);
        yield return ($"layers.{layer}.norm.weight", [Width]);
    }
}
