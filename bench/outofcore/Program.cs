// BlockLLM on a language model that may be larger than memory: its weights stay in their file.
// Usage: OutOfCoreBenchmark DIRECTORY UPDATES SPARSITY PERIOD TOKENS. Prints each update as a line of JSON: seconds, what was read from the disk, memory.
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

var (directory, updates, sparsity) = (args[0], Number(1), double.Parse(args[2], CultureInfo.InvariantCulture));
var (period, tokens) = (Number(3), Number(4));
TorchThreads.Set(2);
NativeHeap.Set(FreedMemory.Returned);
var random = new Random(1);
using var model = CausalLanguageModel.Load(directory, ScalarType.BFloat16, streamed: true);
using var optimizer = new BlockLlmOptimizer(model.named_parameters(), new BlockLlmOptimizerOptions
{
    LearningRate = 1e-3,
    Sparsity = sparsity,
    Frozen = ["model.embed_tokens.*", "lm_head.*"],
    Reselection = new ReselectionRule.FixedPeriod(period),
});
optimizer.UseWeights(model.StreamedWeights!.OpenToChange);
var engine = new StageEngine(model, Recompute.All);
model.train();
var before = ProcessFigures.Read();
for (var update = 1; update <= updates; update++)
{
    var started = Stopwatch.GetTimestamp();
    using var batch = NewBatch();
    var probe = TimeSpan.Zero;
    while (optimizer.NeedsProbe)
    {
        var measured = Run(batch, optimizer.Probe);
        optimizer.EndProbe();
        probe += measured.Forward + measured.Backward;
    }

    var pass = Run(batch, optimizer.Accumulate);
    var updating = Stopwatch.GetTimestamp();
    var report = optimizer.Update(pass.Loss);
    var after = ProcessFigures.Read();
    Console.WriteLine(JsonSerializer.Serialize(new
    {
        update,
        seconds = Stopwatch.GetElapsedTime(started).TotalSeconds,
        probe = probe.TotalSeconds,
        forward = pass.Forward.TotalSeconds,
        backward = pass.Backward.TotalSeconds,
        optimizer = Stopwatch.GetElapsedTime(updating).TotalSeconds,
        loss = pass.Loss,
        active = report.ActiveCoordinates,
        blocks = report.ActiveBlocks,
        state = optimizer.StateBytes,
        changed = model.StreamedWeights.ChangedCount,
        changes = model.StreamedWeights.ChangedBytes,
        read = after.ReadBytes - before.ReadBytes,
        anonymous = after.Anonymous,
    }));
    before = after;
}

StagePass Run(TrainingBatch batch, Action<Parameter, Tensor> receive) => engine.ForwardBackward(batch, CrossEntropy.Loss, optimizer.NeedsGradient, receive);

TrainingBatch NewBatch()
{
    var ids = new TokenBatch(tensor(Enumerable.Range(0, tokens).Select(_ => random.NextInt64(model.Config.VocabularySize)).ToArray(), [1, tokens]));
    return new TrainingBatch(ids, NextTokenTargets.Of(ids));
}

int Number(int argument) => int.Parse(args[argument], CultureInfo.InvariantCulture);
