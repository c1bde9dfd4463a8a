// The memory plans of many trainings, or the memory and time of one; bench/growth.py runs it.
// Usage: GrowthBenchmark plan, with a JSON list of cases on the standard input; prints a list of plans in bytes.
//        GrowthBenchmark measure STEPS THREADS, with one case; prints bytes above the loaded model, and milliseconds of processor time of every step but the first.
using System.Globalization;
using System.Text.Json;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;
using TorchSharp;
using static TorchSharp.torch;

var json = new JsonSerializerOptions(JsonSerializerDefaults.Web);
if (args[0] == "plan")
{
    var cases = JsonSerializer.Deserialize<GrowthCase[]>(Console.In.ReadToEnd(), json)!;
    Console.WriteLine(JsonSerializer.Serialize(cases.Select(item => item.Plan()).Select(plan => new { plan.Weights, State = plan.OptimizerState, Training = plan.TrainingPeak, plan.Peak }), json));
    return;
}

var (steps, threads) = (int.Parse(args[1], CultureInfo.InvariantCulture), int.Parse(args[2], CultureInfo.InvariantCulture));
var measured = JsonSerializer.Deserialize<GrowthCase>(Console.In.ReadToEnd(), json)!;
manual_seed(1);
TorchThreads.Set(threads);

// The buffers of the BLAS grow with the first large product and then stay; so large a tensor goes back to the system when it is freed.
using (var large = rand(3072, 3072))
using (large.mm(large))
{
}

var tiny = new LlamaConfig { VocabularySize = 256, HiddenSize = 32, LayerCount = 1, MaxTokens = 64, IntermediateSize = 64, HeadCount = 2 };
Train(measured with { Config = tiny, Batch = 2, Length = 8 });
var (loaded, clock) = Train(measured);
Console.WriteLine(JsonSerializer.Serialize(new { training = ProcessMemory.Peak - loaded, cpu = clock.Steps.Skip(1).Select(step => step.Cpu.TotalMilliseconds) }, json));

(long Loaded, StepClock Clock) Train(GrowthCase training)
{
    using var model = CausalLanguageModel.FromConfig(training.Config);
    if (training.BFloat16)
        model.to(ScalarType.BFloat16);
    GC.Collect();
    ProcessPeak.Reset();
    var resident = ProcessMemory.Resident;
    var (method, roles) = (training.TrainingMethod, training.Roles);
    method.Prepare(model, roles);
    using var optimizer = method.CreateOptimizer(model.named_parameters(), roles);
    var data = new RandomBatches(new Random(1), training.Shape, firstId: 6, training.Config.VocabularySize, isLanguageModel: true);
    var steppingClock = new StepClock();
    var options = new TrainingOptions { BatchSize = (int)training.Batch, MaxSteps = steps, Recompute = training.Recomputed, FreedMemory = FreedMemory.Returned, Threads = threads };
    new TrainingLoop(model, optimizer, options).Run(data, progress: steppingClock);
    return (resident, steppingClock);
}
