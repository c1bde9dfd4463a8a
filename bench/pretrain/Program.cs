// Trains a byte-level LLaMA from new weights and follows its held-out loss; bench/pretrain.py runs it, a fresh process for each run.
// Usage: PretrainBenchmark adamw|blockllm TEXT_FILE [name=value …] with the names of RunSettings. Prints the results as a line of JSON.
using System.Text.Json;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;
using PretrainBenchmark;
using TorchSharp;
using static TorchSharp.torch;

var (method, path, settings) = (args[0], args[1], new RunSettings(args[2..]));
var text = File.ReadAllBytes(path);

// The buffers of runtime and BLAS, which stay for good, are made by a small model first, so that the peak below is that of training.
using (var large = rand(2048, 2048))
    large.mm(large).Dispose();
using (var tiny = CausalLanguageModel.FromConfig(settings.Model with { HiddenSize = 32, HeadCount = 1, IntermediateSize = 32 }))
    Train(tiny, settings.Training with { MaxSteps = 2 });

manual_seed(1);
using var model = CausalLanguageModel.FromConfig(settings.Model);
model.to(settings.WeightType);
GC.Collect();
ProcessPeak.Reset();
var loaded = ProcessMemory.Resident;
var summary = Train(model, settings.Training);

// The first steps warm up.
var steps = summary.History.Skip(3).ToArray();
Console.WriteLine(JsonSerializer.Serialize(new
{
    method,
    settings = settings.Given,
    weights = summary.Weights,
    steps = summary.Steps,
    selections = summary.Reselections,
    active_share = summary.ActiveShare,
    step_seconds = MedianOf(steps.Where(step => !step.Reselected), time => time.Total),
    forward_seconds = MedianOf(steps.Where(step => !step.Reselected), time => time.Forward),
    backward_seconds = MedianOf(steps.Where(step => !step.Reselected), time => time.Backward),
    optimizer_seconds = MedianOf(steps.Where(step => !step.Reselected), time => time.Optimizer),
    selecting_step_seconds = MedianOf(steps.Where(step => step.Reselected), time => time.Total),
    peak_memory = ProcessMemory.Peak - loaded,
    held_out = summary.Evaluations.Select(evaluation => new { step = evaluation.Step, loss = evaluation.Result.Loss }),
    losses = summary.Losses,
    visits = summary.Visits,
}));

TrainingSummary Train(StagedModel trained, TrainingOptions options)
{
    var (training, heldOut) = ByteText.Split(text, settings.Model.MaxTokens, heldOutPieces: 64);
    using StagewiseOptimizer optimizer = method == "adamw"
        ? new AdamWOptimizer(trained.named_parameters(), settings.AdamW)
        : new BlockLlmOptimizer(trained.named_parameters(), settings.BlockLlm);
    return new TrainingLoop(trained, optimizer, options).Run(training, settings.IsTimed ? null : heldOut);
}

static double? MedianOf(IEnumerable<TrainingProgress> steps, Func<StepTime, TimeSpan> part)
{
    double[] ordered = [.. steps.Select(step => part(step.Time).TotalSeconds).Order()];
    return ordered.Length == 0 ? null : ordered[ordered.Length / 2];
}
