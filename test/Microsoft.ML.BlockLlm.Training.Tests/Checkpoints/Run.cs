using System.Security.Cryptography;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>A training of a small model, made anew each time as a process of its own would make it.</summary>
internal sealed record Run
{
    public TrainingOptions Options { get; init; } = new() { Epochs = 2, BatchSize = 8, Threads = 1 };

    /// <summary>Those of BlockLLM; null for AdamW.</summary>
    public AdamWOptimizerOptions Optimizer { get; init; } = new BlockLlmOptimizerOptions { LearningRate = 0.03, Sparsity = 0.8, Reselection = new ReselectionRule.FixedPeriod(4) };

    /// <summary>Another method; null for what <see cref="Optimizer"/> says.</summary>
    public TrainingMethod? Method { get; init; }

    public Func<ITrainingData> Data { get; init; } = () => Samples.Data(60);

    public ITrainingData? Validation { get; init; }

    public ScalarType WeightType { get; init; } = ScalarType.Float32;

    public int ModelSeed { get; init; } = 1;

    public LossFunction? Loss { get; init; }

    /// <summary>Makes the model; null for a <see cref="TiedModel"/> of <see cref="ModelSeed"/> with dropout.</summary>
    public Func<StagedModel>? Model { get; init; }

    /// <summary>Trains a new model.</summary>
    /// <param name="interruptAfter">The update after which it is cancelled; null for none.</param>
    /// <param name="crashAfter">The update after which its observer throws; null for none.</param>
    public Outcome Train(long? interruptAfter = null, long? crashAfter = null)
    {
        using var model = NewModel();
        using var cancellation = new CancellationTokenSource();
        return Train(model, progress =>
        {
            if (progress.Step == crashAfter)
                throw new TimeoutException();
            if (progress.Step == interruptAfter)
                cancellation.Cancel();
        }, cancellation.Token);
    }

    public StagedModel NewModel() => Model?.Invoke() ?? new TiedModel(ModelSeed, dropout: 0.2, WeightType);

    /// <summary>Trains a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="observe">Is told of every update.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Outcome Train(StagedModel model, Action<TrainingProgress> observe, CancellationToken cancellationToken = default)
    {
        var method = Method ?? (Optimizer is BlockLlmOptimizerOptions blockLlm ? TrainingMethod.BlockLlm(blockLlm) : TrainingMethod.AdamW(Optimizer));
        using (var generator = new Generator(1))
            method.Prepare(model, new ParameterRoles(), generator);
        using var optimizer = method.CreateOptimizer(model.named_parameters());
        var summary = new TrainingLoop(model, optimizer, Options, Loss).Run(Data(), Validation, new Observer(observe), cancellationToken);
        using var state = new MemoryStream();
        using var writer = new BinaryWriter(state);
        optimizer.save_state_dict(writer);
        return new Outcome(summary, Hash([.. model.parameters().SelectMany(parameter => parameter.bytes.ToArray())]), Hash(state.ToArray()));
    }

    private static string Hash(byte[] bytes) => Convert.ToHexString(SHA256.HashData(bytes));

    private sealed class Observer(Action<TrainingProgress> observe) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => observe(value);
    }
}

/// <summary>What a training ended with.</summary>
internal sealed record Outcome(TrainingSummary Summary, string Weights, string OptimizerState)
{
    /// <summary>Holds two trainings to the same bits.</summary>
    public static void AssertSame(Outcome expected, Outcome actual)
    {
        CollectionAssert.AreEqual(expected.Summary.Losses.ToArray(), actual.Summary.Losses.ToArray());
        Assert.AreEqual(expected.Weights, actual.Weights);
        Assert.AreEqual(expected.OptimizerState, actual.OptimizerState);
        CollectionAssert.AreEqual(expected.Summary.Evaluations.ToArray(), actual.Summary.Evaluations.ToArray());
        CollectionAssert.AreEqual(expected.Summary.Visits.ToArray(), actual.Summary.Visits.ToArray());
        Assert.AreEqual(expected.Summary.BestStep, actual.Summary.BestStep);
        Assert.AreEqual(expected.Summary.SmoothedLoss, actual.Summary.SmoothedLoss);
        Assert.AreEqual(expected.Summary.ActiveShare, actual.Summary.ActiveShare);
    }
}
