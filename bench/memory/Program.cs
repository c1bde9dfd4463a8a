// Trains a model for a few steps and compares its memory with the plan; bench/memory.py runs it, a fresh process for each line of its table.
// Usage: MemoryBenchmark use-lite|llama adamw|blockllm BATCH LENGTH none|all [MODEL_DIRECTORY]. Prints bytes as a line of JSON.
using System.Globalization;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;
using static TorchSharp.torch;

const int Classes = 6, FirstId = 6, Steps = 3;

var (family, method, shape) = (args[0], args[1], new BatchShape(Parse(args[2]), Parse(args[3])));
var recompute = args[4] == "all" ? Recompute.All : Recompute.None;
var random = new Random(1);
manual_seed(1);
TorchThreads.Set(2);

// The buffers of the BLAS grow with the first large product and then stay; so large a tensor goes back to the system when it is freed.
using (var large = rand(3072, 3072))
using (large.mm(large))
{
}

var tiny = new LlamaConfig { VocabularySize = 256, HiddenSize = 32, LayerCount = 1, MaxTokens = 64, IntermediateSize = 64, HeadCount = 2 };
Train(CausalLanguageModel.FromConfig(tiny), new BatchShape(2, 8), tiny.VocabularySize, Steps);

var config = new LlamaConfig { VocabularySize = 4096, HiddenSize = 512, LayerCount = 6, MaxTokens = 2048, IntermediateSize = 1376, HeadCount = 8, KeyValueHeadCount = 4 };
var pretrained = family == "use-lite" ? PretrainedModel.FromDirectory(args[5]) : null;
StagedModel model = pretrained is null ? CausalLanguageModel.FromConfig(config) : pretrained.CreateClassifier(Classes);
var memory = pretrained is null ? ModelMemory.OfLanguageModel(config) : ModelMemory.OfClassifier(pretrained.Config, Classes);
MethodMemory methodMemory = method == "adamw" ? new AdamWMemory(AdamWOptions()) : new BlockLlmMemory(BlockLlmOptions());
var plan = MemoryPlan.For(memory, methodMemory, shape, recompute);

GC.Collect();
ProcessPeak.Reset();
var loaded = ProcessMemory.Resident;
Train(model, shape, pretrained is null ? config.VocabularySize : Classes, Steps);
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $$"""{"weights": {{plan.Weights}}, "planned": {{plan.TrainingPeak}}, "measured": {{ProcessMemory.Peak - loaded}}, "moment": "{{plan.PeakMoment}}"}"""));

void Train(StagedModel trained, BatchShape batch, int classes, int steps)
{
    using StagewiseOptimizer optimizer = method == "adamw"
        ? new AdamWOptimizer(trained.named_parameters(), AdamWOptions())
        : new BlockLlmOptimizer(trained.named_parameters(), BlockLlmOptions());
    var data = new RandomBatches(random, batch, FirstId, classes, isLanguageModel: trained is CausalLanguageModel);
    new TrainingLoop(trained, optimizer, new TrainingOptions { BatchSize = (int)batch.BatchSize, MaxSteps = steps, Recompute = recompute, Threads = 2 }).Run(data);
}

AdamWOptimizerOptions AdamWOptions() => new() { LearningRate = 1e-5 };

BlockLlmOptimizerOptions BlockLlmOptions() => new() { LearningRate = 1e-5, Sparsity = 0.9, Reselection = new ReselectionRule.FixedPeriod(2) };

static long Parse(string number) => long.Parse(number, CultureInfo.InvariantCulture);
