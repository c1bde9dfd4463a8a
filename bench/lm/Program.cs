// Fine-tunes a language model on a text and follows its held-out loss over the process's CPU time; bench/lm.py runs it, a fresh process for each method.
// Usage: LanguageModelBenchmark adamw|blockllm MODEL_DIRECTORY TEXT_FILE [name=value …]
// with the names seconds, batch, length, rate, seed, threads and interval; beta2; sparsity, period, warmup, take, sign, mask=yes|no, maskby=LargestGradient|Random, sampling=Greedy|Random and embeddings=frozen|active|candidates (of BlockLLM). Prints the results as a line of JSON.
using System.Globalization;
using System.Text.Json;
using LanguageModelBenchmark;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;

var (method, directory, path) = (args[0], args[1], args[2]);
var settings = args[3..].Select(setting => setting.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);

using var model = PretrainedModel.FromDirectory(directory).CreateLanguageModel();
var pieces = TextPieces.Split(File.ReadAllText(path), model, length: (int)Setting("length", 128));
string[] embeddings = [.. model.named_parameters().Select(item => item.name).Where(name => name.Contains("embed", StringComparison.Ordinal) || name.Contains("lm_head", StringComparison.Ordinal))];
using StagewiseOptimizer optimizer = method switch
{
    "adamw" => new AdamWOptimizer(model.named_parameters(), new AdamWOptimizerOptions { LearningRate = Setting("rate", 1e-3), Beta2 = Setting("beta2", 0.999), MaxGradientNorm = 1 }),
    "blockllm" => new BlockLlmOptimizer(model.named_parameters(), new BlockLlmOptimizerOptions
    {
        LearningRate = Setting("rate", 3e-3),
        Beta2 = Setting("beta2", 0.999),
        MaxGradientNorm = 1,
        Sparsity = Setting("sparsity", 0.9),
        Reselection = new ReselectionRule.FixedPeriod((int)Setting("period", 10)),
        WarmupUpdates = (int)Setting("warmup", 0),
        MaskCoordinates = Text("mask", "yes") == "yes",
        MaskBy = Enum.Parse<MaskCriterion>(Text("maskby", "LargestGradient")),
        Sampling = Enum.Parse<BlockSampling>(Text("sampling", "Greedy")),
        SignStepRate = Setting("sign", 0),
        TakeFactor = Setting("take", 2),
        AlwaysActive = Text("embeddings", "frozen") == "active" ? embeddings : [],
        Frozen = Text("embeddings", "frozen") == "frozen" ? embeddings : [],
    }),
    _ => throw new ArgumentException($"'{method}' is neither adamw nor blockllm."),
};

var evaluator = new Evaluator(model);
var before = Evaluate();
using var timeLimit = new CancellationTokenSource();
var clock = new CpuClock(Setting("seconds", 60), (int)Setting("interval", 100), Evaluate, timeLimit);
var summary = new TrainingLoop(model, optimizer, new TrainingOptions
{
    Epochs = int.MaxValue,
    MaxSteps = int.MaxValue,
    BatchSize = (int)Setting("batch", 8),
    Schedule = LearningRateSchedule.Constant,
    WarmupFraction = 0,
    Seed = (int)Setting("seed", 1),
    Threads = (int)Setting("threads", 2),
}).Run(pieces.Training, progress: clock, cancellationToken: timeLimit.Token);
Console.WriteLine(JsonSerializer.Serialize(new
{
    method,
    settings,
    test_loss_before = before.Test,
    steps = summary.Steps,
    active_share = summary.ActiveShare,
    held_out = clock.HeldOut.Select(point => new { step = point.Step, seconds = point.Seconds, validation = point.Loss.Validation, test = point.Loss.Test }),
}));

HeldOutLoss Evaluate() => new(evaluator.Evaluate(pieces.Validation).Loss, evaluator.Evaluate(pieces.Test).Loss);

string Text(string name, string standard) => settings.GetValueOrDefault(name, standard);

double Setting(string name, double standard) => settings.TryGetValue(name, out var value) ? double.Parse(value, CultureInfo.InvariantCulture) : standard;
