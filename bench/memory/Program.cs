// Trains a model for a few steps and compares its memory with the plan; bench/memory.py runs it, a fresh process for each line of its table.
// Usage: MemoryBenchmark MODEL adamw|blockllm|lora SPARSITY BATCH LENGTH none|all USE_LITE_DIRECTORY [returned|kept]. Prints bytes as a line of JSON.
using System.Globalization;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;
using static TorchSharp.torch;

const int Steps = 3;

var (name, sparsity) = (args[0], double.Parse(args[2], CultureInfo.InvariantCulture));
var method = args[1] switch
{
    "adamw" => TrainingMethod.AdamW(new() { LearningRate = 1e-5 }),
    "lora" => TrainingMethod.Lora(new() { LearningRate = 1e-5 }),
    _ => TrainingMethod.BlockLlm(new() { LearningRate = 1e-5, Sparsity = sparsity, Reselection = new ReselectionRule.FixedPeriod(2) }),
};
var shape = new BatchShape(long.Parse(args[3], CultureInfo.InvariantCulture), long.Parse(args[4], CultureInfo.InvariantCulture));
var recompute = args[5] == "all" ? Recompute.All : Recompute.None;
var freed = args.Length > 7 ? Enum.Parse<FreedMemory>(args[7], ignoreCase: true) : FreedMemory.Returned;
var random = new Random(1);
manual_seed(1);
TorchThreads.Set(2);

// The buffers of the BLAS grow with the first large product and then stay; so large a tensor goes back to the system when it is freed.
using (var large = rand(3072, 3072))
using (large.mm(large))
{
}

var tiny = new LlamaConfig { VocabularySize = 256, HiddenSize = 32, LayerCount = 1, MaxTokens = 64, IntermediateSize = 64, HeadCount = 2 };
Train(CausalLanguageModel.FromConfig(tiny), new BatchShape(2, 8), isLanguageModel: true, tiny.VocabularySize);

var benchmark = BenchmarkModel.Of(name, args[6]);
var model = benchmark.Create();
// Weights that are mapped from a file count as loaded once they have been read.
foreach (var parameter in model.parameters())
    parameter.sum().Dispose();
var plan = MemoryPlan.For(benchmark.Memory, method.Memory(), shape, recompute);

GC.Collect();
ProcessPeak.Reset();
var loaded = ProcessMemory.Resident;
Train(model, shape, benchmark.IsLanguageModel, benchmark.Classes);
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $$"""{"weights": {{plan.Weights}}, "planned": {{plan.TrainingPeak}}, "measured": {{ProcessMemory.Peak - loaded}}, "moment": "{{plan.PeakMoment}}"}"""));

void Train(StagedModel trained, BatchShape batch, bool isLanguageModel, int classes)
{
    method.Prepare(trained, ParameterRoles.None);
    using var optimizer = method.CreateOptimizer(trained.named_parameters());
    var data = new RandomBatches(random, batch, firstId: 6, classes, isLanguageModel);
    new TrainingLoop(trained, optimizer, new TrainingOptions { BatchSize = (int)batch.BatchSize, MaxSteps = Steps, Recompute = recompute, FreedMemory = freed, Threads = 2 }).Run(data);
}
