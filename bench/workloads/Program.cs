// Training steps of one workload by one method, as TrainingLoop makes them; peer.py is the same in PyTorch, and workloads.py runs both.
// Usage: WorkloadsBenchmark METHOD MODEL BATCH LENGTH STEPS THREADS USE_LITE_DIRECTORY [STEPS_TO_THE_NEXT_SELECTION]. 0 threads: as many as the engine takes by itself. Prints the milliseconds of each step and bytes as a line of JSON.
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;
using TorchSharp;
using static TorchSharp.torch;

const int WarmUp = 1;

var (method, name) = (args[0], args[1]);
var steps = int.Parse(args[4], CultureInfo.InvariantCulture);
int? threads = int.Parse(args[5], CultureInfo.InvariantCulture) is > 0 and var given ? given : null;
var period = args.Length > 7 ? int.Parse(args[7], CultureInfo.InvariantCulture) : 100;
var shape = new BatchShape(long.Parse(args[2], CultureInfo.InvariantCulture), long.Parse(args[3], CultureInfo.InvariantCulture));
var (isLean, isBFloat16) = (method.EndsWith("-lean", StringComparison.Ordinal), method.Contains("-bf16", StringComparison.Ordinal));
TorchThreads.Set(threads);
manual_seed(1);
var benchmark = BenchmarkModel.Of(name, args[6]);
using var model = benchmark.Create();
if (isBFloat16)
    model.to(ScalarType.BFloat16);
var data = new RandomBatches(new Random(1), shape, firstId: 6, benchmark.Classes, benchmark.IsLanguageModel);
GC.Collect();
ProcessPeak.Reset();
var loaded = ProcessMemory.Resident;
var times = method.StartsWith("forward", StringComparison.Ordinal) ? Forward() : Train();
Console.WriteLine(JsonSerializer.Serialize(new
{
    steps = times.Skip(WarmUp).Select(step => new
    {
        step = step.Time.Total.TotalMilliseconds, cpu = step.Cpu.TotalMilliseconds,
        selected = step.Selected, block = step.Block, forward = step.Time.Forward.TotalMilliseconds, backward = step.Time.Backward.TotalMilliseconds, optimizer = step.Time.Optimizer.TotalMilliseconds,
    }),
    loaded,
    training = ProcessMemory.Peak - loaded,
    weights = model.parameters().Sum(parameter => parameter.numel()),
}));

IReadOnlyList<ClockedStep> Train()
{
    using StagewiseOptimizer optimizer = method switch
    {
        "adamw" => new AdamWOptimizer(model.named_parameters(), new AdamWOptimizerOptions { LearningRate = 1e-5 }),
        "blockllm" or "blockllm-lean" or "blockllm-bf16" or "blockllm-bf16-lean" => new BlockLlmOptimizer(model.named_parameters(), new BlockLlmOptimizerOptions
        {
            LearningRate = 1e-5,
            Frozen = benchmark.IsLanguageModel ? ["model.embed_tokens.*", "lm_head.*"] : ["*.embeddings.*"],
            AlwaysActive = benchmark.IsLanguageModel ? [] : ["classifier.*"],
            Granularity = BlockGranularity.Layer,
            TakeFactor = 1,
            MaskBy = MaskCriterion.Random,
            DepthAware = true,
            Reselection = new ReselectionRule.FixedPeriod(period),
        }),
        _ => throw new ArgumentException($"'{method}' is none of adamw, blockllm and forward, of which the last two may end in -bf16 and blockllm in -lean."),
    };
    var options = new TrainingOptions
    {
        BatchSize = (int)shape.BatchSize, MaxSteps = WarmUp + steps, Threads = threads,
        Recompute = isLean ? Recompute.All : Recompute.None, FreedMemory = FreedMemory.Kept,
    };
    var clock = new StepClock();
    new TrainingLoop(model, optimizer, options).Run(data, progress: clock);
    return clock.Steps;
}

IReadOnlyList<ClockedStep> Forward()
{
    NativeHeap.Set(FreedMemory.Kept);
    var engine = new StageEngine(model);
    var clock = new StepClock();
    foreach (var batch in data.ReadAll((int)shape.BatchSize).Take(WarmUp + steps))
    {
        using (batch)
        {
            var started = Stopwatch.GetTimestamp();
            engine.Forward(batch, (output, part) => CrossEntropy.Loss(output, part).Dispose());
            clock.Add(new StepTime(default, Stopwatch.GetElapsedTime(started), default, default));
        }
    }

    return clock.Steps;
}
