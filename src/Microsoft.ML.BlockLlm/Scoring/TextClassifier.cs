using Microsoft.ML.BlockLlm.Models;
using TorchSharp;

namespace Microsoft.ML.BlockLlm.Scoring;

/// <summary>A classifier with what turns texts into its input. Scoring is safe from several threads at once.</summary>
internal sealed class TextClassifier : IDisposable
{
    private readonly SharedUse _use = new(typeof(BlockLlmTextClassificationTransformer));

    /// <summary>Takes a classifier, which it owns from then on.</summary>
    /// <param name="network">The classifier.</param>
    /// <param name="encoder">Turns texts into its input.</param>
    /// <param name="device">The device that its weights are on.</param>
    public TextClassifier(SequenceClassifier network, BatchEncoder encoder, torch.Device device)
    {
        Device = device;
        Network = network;
        Encoder = encoder;
    }

    /// <summary>The model.</summary>
    public SequenceClassifier Network { get; }

    /// <summary>Where the model is and computes.</summary>
    public torch.Device Device { get; }

    /// <summary>Turns texts into the model's input.</summary>
    public BatchEncoder Encoder { get; }

    /// <summary>Number of classes.</summary>
    public int Classes => Network.ClassCount;

    /// <summary>Scores texts, those of like length at once.</summary>
    /// <param name="texts">The texts, or pairs of texts.</param>
    /// <returns>Probabilities, row after row in the order of the texts: <c>[texts, classes]</c>.</returns>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public float[] Score(IReadOnlyList<EncodedText> texts)
    {
        var probabilities = new float[texts.Count * Classes];
        foreach (var places in LengthBatches.Of([.. texts.Select(text => text.Length)]))
        {
            var scores = ScoreBatch([.. places.Select(place => texts[place])]);
            for (var row = 0; row < places.Length; row++)
                scores.AsSpan(row * Classes, Classes).CopyTo(probabilities.AsSpan(places[row] * Classes));
        }
        return probabilities;
    }

    /// <summary>Keeps the weights from being released until what is returned is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public IDisposable Use() => _use.Begin();

    /// <summary>Releases the weights, once no thread uses them.</summary>
    public void Dispose()
    {
        if (_use.TryEnd())
            Network.Dispose();
    }

    private float[] ScoreBatch(IReadOnlyList<EncodedText> texts)
    {
        using var use = _use.Begin();
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using var batch = Encoder.CreateBatch(texts, Device);
        return torch.nn.functional.softmax(Network.forward(batch).to_type(torch.float32), dim: 1).cpu().data<float>().ToArray();
    }
}
