using Microsoft.ML.BlockLlm.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>What the engine's gradients are compared with: one graph over the whole model and <c>loss.backward()</c>.</summary>
internal static class PlainBackward
{
    /// <summary>Asserts that all gradients agree to 1e-5 of the largest entry of each, dropout masks included.</summary>
    public static void AssertSameGradients(StagedModel model, TrainingBatch batch, Recompute recompute)
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        CrossEntropy.Loss(model.forward(batch.Tokens), batch).backward();
        manual_seed(7);
        using var gradients = GradientSum.Of(model, recompute, (batch, 1));

        foreach (var (name, parameter) in model.named_parameters())
        {
            var expected = parameter.grad ?? throw new AssertFailedException($"Plain backward gave {name} no gradient.");
            var difference = (gradients[parameter] - expected).abs().max().item<float>();
            var size = expected.abs().max().item<float>();
            Assert.IsTrue(size > 0, $"The gradient of {name} is 0, which proves nothing.");
            Assert.IsTrue(difference <= 1e-5 * size, $"The gradient of {name} is off by {difference / size:g3} of its largest entry.");
        }
    }
}
