using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What a run knows besides weights and optimizer: with these, all that a checkpoint holds.</summary>
internal sealed class TrainingState(TrainingRecord record, TrainingPasses passes, TrainingOptions options, StreamedWeights? streamed) : IDisposable
{
    public TrainingRecord Record { get; } = record;

    public TrainingPasses Passes { get; } = passes;

    public BestModel Best { get; } = new(options, streamed);

    public TrainingRandom Random { get; } = new(options.Seed);

    public void Dispose()
    {
        Passes.Dispose();
        Best.Dispose();
        Random.Dispose();
    }
}
