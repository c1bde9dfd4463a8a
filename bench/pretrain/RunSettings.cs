using System.Globalization;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;

using static TorchSharp.torch;

namespace PretrainBenchmark;

/// <summary>What a run is told, as name=value: model, training and method.</summary>
internal sealed class RunSettings(IEnumerable<string> settings)
{
    public IReadOnlyDictionary<string, string> Given { get; } = settings.Select(setting => setting.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);

    /// <summary>Whether the run is made for its times and memory alone.</summary>
    public bool IsTimed => !Given.ContainsKey("interval");

    public LlamaConfig Model => new()
    {
        VocabularySize = 256,
        HiddenSize = Integer("dim", 384),
        LayerCount = Integer("layers", 8),
        HeadCount = Integer("heads", 6),
        IntermediateSize = Integer("ffn", 1024),
        MaxTokens = 256,
    };

    public ScalarType WeightType => Choice("dtype", ScalarType.Float32);

    public TrainingOptions Training => new()
    {
        Epochs = int.MaxValue,
        MaxSteps = Integer("steps", 100),
        BatchSize = 8,
        EvaluationInterval = Integer("interval", 20),
        Schedule = LearningRateSchedule.Constant,
        // Ten updates, however long the run.
        WarmupFraction = Math.Min(1, 10.0 / Integer("steps", 100)),
        RestoreBest = false,
        SelectBy = ModelSelection.Loss,
        Recompute = Text("recompute", "None") == "All" ? Recompute.All : Recompute.None,
        Threads = Integer("threads", 2),
    };

    public AdamWOptimizerOptions AdamW => new() { LearningRate = Number("rate", 1e-3), Beta2 = Number("beta2", 0.999), MaxGradientNorm = 1 };

    public BlockLlmOptimizerOptions BlockLlm => new()
    {
        LearningRate = Number("rate", 3e-3),
        Beta2 = Number("beta2", 0.999),
        MaxGradientNorm = 1,
        WarmupUpdates = Integer("warmup", 0),
        Sparsity = Number("sparsity", 0.9),
        AlwaysActive = Text("embeddings", "active") == "active" ? ["model.embed_tokens.*", "lm_head.*"] : ["lm_head.*"],
        Frozen = Text("frozen", "").Split(';', StringSplitOptions.RemoveEmptyEntries),
        Reselection = Text("rule", "period") == "patience" ? new ReselectionRule.LossPatience(Integer("m", 100)) : new ReselectionRule.FixedPeriod(Integer("m", 25)),
        Granularity = Choice("granularity", BlockGranularity.Module),
        Norms = Integer("sampled", 0) is > 0 and var count ? new GradientNormSource.SampledBlocks(count) : new GradientNormSource.ExactProbe(),
        Score = Choice("score", BlockScore.GradientNorm),
        UseVisitShare = Text("visits", "yes") == "yes",
        Sampling = Choice("sampling", BlockSampling.Greedy),
        MaskCoordinates = Text("mask", "yes") == "yes",
        MaskBy = Choice("maskby", MaskCriterion.LargestGradient),
        TakeFactor = Number("take", 2),
        DepthAware = Text("depth", "no") == "yes",
        SignStepRate = Number("sign", 0),
        CarryMoments = Text("carry", "yes") == "yes",
    };

    private string Text(string name, string standard) => Given.GetValueOrDefault(name, standard);

    private T Choice<T>(string name, T standard) where T : struct, Enum => Given.TryGetValue(name, out var value) ? Enum.Parse<T>(value) : standard;

    private double Number(string name, double standard) => Given.TryGetValue(name, out var value) ? double.Parse(value, CultureInfo.InvariantCulture) : standard;

    private int Integer(string name, int standard) => Given.TryGetValue(name, out var value) ? int.Parse(value, CultureInfo.InvariantCulture) : standard;
}
