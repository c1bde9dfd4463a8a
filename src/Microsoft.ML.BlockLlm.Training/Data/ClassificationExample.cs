using Microsoft.ML.BlockLlm.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>A text, or a pair of texts, with its class.</summary>
/// <param name="TokenIds">Token ids of the text.</param>
/// <param name="Label">Index of the class, from 0.</param>
/// <param name="SecondTokenIds">Token ids of the second text; null if there is one text.</param>
public sealed record ClassificationExample(int[] TokenIds, long Label, int[]? SecondTokenIds = null)
{
    /// <summary>Length of both texts together, in tokens.</summary>
    public int Length => TokenIds.Length + (SecondTokenIds?.Length ?? 0);

    /// <summary>Makes training data of examples.</summary>
    /// <param name="examples">The examples.</param>
    /// <param name="collate">Makes the padded tokens of some examples.</param>
    /// <exception cref="ArgumentException">There is no example.</exception>
    public static ITrainingData ToTrainingData(IReadOnlyList<ClassificationExample> examples, Func<IReadOnlyList<ClassificationExample>, TokenBatch> collate)
    {
        ArgumentNullException.ThrowIfNull(collate);
        return new ExampleData<ClassificationExample>(
            examples,
            batch => new TrainingBatch(collate(batch), tensor(batch.Select(example => example.Label).ToArray())),
            example => example.Length);
    }
}
