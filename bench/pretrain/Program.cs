// Trains a byte-level LLaMA from new weights and follows its held-out loss; bench/pretrain.py runs it, a fresh process for each method.
// Usage: PretrainBenchmark adamw|blockllm TEXT_FILE [name=value …] with the names of Settings. Prints the results as a line of JSON.
using System.Globalization;
using System.Text.Json;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;
using PretrainBenchmark;
using static TorchSharp.torch;

var (method, path) = (args[0], args[1]);
var settings = args[2..].Select(setting => setting.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);

var config = new LlamaConfig
{
    VocabularySize = 256,
    HiddenSize = Integer("dim", 384),
    LayerCount = Integer("layers", 8),
    HeadCount = Integer("heads", 6),
    IntermediateSize = Integer("ffn", 1024),
    MaxTokens = Integer("length", 256),
};
var (training, heldOut) = ByteText.Split(File.ReadAllBytes(path), config.MaxTokens, heldOutPieces: Integer("heldout", 64));
manual_seed(Integer("seed", 1));
using var model = CausalLanguageModel.FromConfig(config);
using StagewiseOptimizer optimizer = method == "adamw"
    ? new AdamWOptimizer(model.named_parameters(), new AdamWOptimizerOptions { LearningRate = Number("rate", 1e-3), MaxGradientNorm = 1 })
    : new BlockLlmOptimizer(model.named_parameters(), BlockLlmOptions());
var options = new TrainingOptions
{
    Epochs = int.MaxValue,
    MaxSteps = Integer("steps", 1000),
    BatchSize = Integer("batch", 8),
    EvaluationInterval = Integer("interval", 50),
    Schedule = LearningRateSchedule.Constant,
    WarmupFraction = 0.02,
    RestoreBest = false,
    SelectBy = ModelSelection.Loss,
    Threads = 2,
};

GC.Collect();
var loaded = ProcessMemory.Resident;
using var timeLimit = new CancellationTokenSource();
var clock = new TrainingClock(TimeSpan.FromSeconds(Number("seconds", 1e9)), timeLimit);
var summary = new TrainingLoop(model, optimizer, options).Run(training, heldOut, clock, timeLimit.Token);
Console.WriteLine(JsonSerializer.Serialize(new
{
    method,
    settings,
    weights = summary.Weights,
    steps = summary.Steps,
    step_seconds = clock.MedianStep.TotalSeconds,
    peak_memory = summary.PeakMemory - loaded,
    active_share = summary.ActiveShare,
    selections = summary.Reselections,
    held_out = clock.HeldOut.Select(point => new { step = point.Step, seconds = point.Seconds, loss = point.Loss }),
}));

BlockLlmOptimizerOptions BlockLlmOptions() => new()
{
    LearningRate = Number("rate", 3e-3),
    MaxGradientNorm = 1,
    Sparsity = Number("sparsity", 0.9),
    AlwaysActive = ["model.embed_tokens.*", "lm_head.*"],
    Reselection = Text("rule", "period") == "patience"
        ? new ReselectionRule.LossPatience(Integer("m", 100))
        : new ReselectionRule.FixedPeriod(Integer("m", 25)),
    Sampling = Enum.Parse<BlockSampling>(Text("sampling", nameof(BlockSampling.Greedy))),
    MaskCoordinates = Text("mask", "yes") == "yes",
    CarryMoments = Text("carry", "yes") == "yes",
};

string Text(string name, string standard) => settings.GetValueOrDefault(name, standard);

double Number(string name, double standard) => settings.TryGetValue(name, out var value) ? double.Parse(value, CultureInfo.InvariantCulture) : standard;

int Integer(string name, int standard) => settings.TryGetValue(name, out var value) ? int.Parse(value, CultureInfo.InvariantCulture) : standard;
