using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;
using TorchSharp;

namespace Microsoft.ML.BlockLlm;

/// <summary>A row to learn from.</summary>
/// <param name="Text">The text, or pair of texts.</param>
/// <param name="Label">Index of the class, from 0.</param>
internal sealed record LabelledText(EncodedText Text, long Label)
{
    /// <summary>Makes training data of rows.</summary>
    public static ITrainingData ToTrainingData(IReadOnlyList<LabelledText> rows, BatchEncoder encoder) =>
        new ExampleData<LabelledText>(rows, batch => Collate(batch, encoder), row => row.Text.Length);

    private static TrainingBatch Collate(IReadOnlyList<LabelledText> rows, BatchEncoder encoder) =>
        new(encoder.CreateBatch([.. rows.Select(row => row.Text)]), torch.tensor(rows.Select(row => row.Label).ToArray()));
}
