using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;
using static TorchSharp.torch;

/// <summary>Batches of random tokens, all of one size; their targets are random classes, of each text or of each token.</summary>
internal sealed class RandomBatches(Random random, BatchShape shape, int firstId, int classes, bool isLanguageModel) : ITrainingData
{
    private const int IdLimit = 256;

    public long? Count => 100 * shape.BatchSize;

    public IEnumerable<TrainingBatch> ReadShuffled(int batchSize, int seed) => ReadAll(batchSize);

    public IEnumerable<TrainingBatch> ReadAll(int batchSize)
    {
        while (true)
        {
            var tokens = new TokenBatch(tensor(Numbers(shape.Tokens, firstId, IdLimit), [shape.BatchSize, shape.Length]));
            yield return new TrainingBatch(tokens, isLanguageModel ? tensor(Numbers(shape.Tokens, 0, classes), [shape.BatchSize, shape.Length]) : tensor(Numbers(shape.BatchSize, 0, classes)));
        }
    }

    private long[] Numbers(long count, int from, int below) => [.. Enumerable.Range(0, (int)count).Select(_ => random.NextInt64(from, below))];
}
