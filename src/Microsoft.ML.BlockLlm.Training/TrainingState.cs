using Microsoft.ML.BlockLlm.Models;
using TorchSharp;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What a run knows besides weights and optimizer: with these, all that a checkpoint holds.</summary>
internal sealed class TrainingState(TrainingRecord record, TrainingPasses passes, TrainingOptions options, DeviceType device, StreamedWeights? streamed) : IDisposable
{
    public TrainingRecord Record { get; } = record;

    public TrainingPasses Passes { get; } = passes;

    /// <summary>What the model is evaluated on; null for nothing.</summary>
    public ValidationData? Validation { get; init; }

    public BestModel Best { get; } = new(options, streamed);

    public TrainingRandom Random { get; } = new(options.Seed, device);

    public void Dispose()
    {
        Passes.Dispose();
        Best.Dispose();
        Random.Dispose();
    }
}
