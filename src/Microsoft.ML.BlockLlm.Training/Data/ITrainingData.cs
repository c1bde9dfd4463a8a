namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Where batches come from: examples of a classifier, pieces of a corpus for a language model.</summary>
public interface ITrainingData
{
    /// <summary>How many examples one pass through the data gives; null if that is not known before all was read, and then training needs <see cref="TrainingOptions.MaxSteps"/>.</summary>
    long? Count { get; }

    /// <summary>One pass for training: each example once, in an order that only the seed decides.</summary>
    /// <param name="batchSize">Examples of a batch; only the last of the pass may have fewer.</param>
    /// <param name="seed">Decides the order. The loop gives another one for each epoch.</param>
    /// <returns>The batches, made while they are read. The reader disposes them.</returns>
    IEnumerable<TrainingBatch> ReadShuffled(int batchSize, int seed);

    /// <summary>One pass for evaluation: each example once, in the order that costs least.</summary>
    /// <param name="batchSize">Examples of a batch; only the last of the pass may have fewer.</param>
    /// <returns>The batches, made while they are read. The reader disposes them.</returns>
    IEnumerable<TrainingBatch> ReadAll(int batchSize);
}
