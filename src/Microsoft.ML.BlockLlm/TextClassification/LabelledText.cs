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
    /// <param name="rows">The rows.</param>
    /// <param name="encoder">Makes batches of their texts.</param>
    /// <param name="device">Where the batches go.</param>
    public static ITrainingData ToTrainingData(IReadOnlyList<LabelledText> rows, BatchEncoder encoder, torch.Device device) =>
        new ExampleData<LabelledText>(rows, batch => Collate(batch, encoder, device), row => row.Text.Length);

    private static TrainingBatch Collate(IReadOnlyList<LabelledText> rows, BatchEncoder encoder, torch.Device device) =>
        new(encoder.CreateBatch([.. rows.Select(row => row.Text)], device), torch.tensor(rows.Select(row => row.Label).ToArray(), device: device));
}
