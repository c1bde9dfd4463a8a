using Microsoft.ML.BlockLlm.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>The engine's gradients of the families of encoders, whose tiny weights are made by the golden scripts of the Models tests.</summary>
[TestClass]
public sealed class EncoderGradientTests
{
    [TestMethod]
    [DataRow("bert-tiny", 0)]
    [DataRow("bert-tiny", 99)]
    [DataRow("distilbert-tiny", 0)]
    [DataRow("distilbert-tiny", 99)]
    [DataRow("roberta-tiny", 0)]
    [DataRow("roberta-tiny", 99)]
    public void Gradients_are_those_of_a_plain_backward(string folder, int recomputedStages)
    {
        using var model = SequenceClassifier.Load(Path.Combine(AppContext.BaseDirectory, "golden", folder));
        model.train();
        var tokens = new TokenBatch(
            tensor(new long[] { 2, 17, 5, 33, 3, 2, 9, 3, model.Config.PaddingId, model.Config.PaddingId }, [2, 5]),
            tensor(new[] { true, true, true, true, true, true, true, true, false, false }, [2, 5]),
            tensor(new long[] { 0, 0, 0, 1, 1, 0, 0, 0, 0, 0 }, [2, 5]));
        using var batch = new TrainingBatch(tokens, tensor(new long[] { 2, 1 }));

        PlainBackward.AssertSameGradients(model, batch, Recompute.Lowest(recomputedStages));
    }
}
