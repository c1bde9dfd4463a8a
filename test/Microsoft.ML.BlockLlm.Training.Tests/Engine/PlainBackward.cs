using Microsoft.ML.BlockLlm.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>What the engine's gradients are compared with: one graph over the whole model and <c>loss.backward()</c>.</summary>
internal static class PlainBackward
{
    /// <summary>
    /// Asserts that gradients agree to 1e-5 of the largest entry of each, dropout masks included: of all parameters, and of some alone, as where weights are selected:
    /// every third, from each of three on, and those of the upper half.
    /// </summary>
    public static void AssertSameGradients(StagedModel model, TrainingBatch batch, Recompute recompute)
    {
        using var scope = NewDisposeScope();
        var named = model.named_parameters().ToArray();
        manual_seed(7);
        CrossEntropy.Loss(model.forward(batch.Tokens), batch).backward();
        var plain = named.Select(entry => entry.parameter.grad ?? throw new AssertFailedException($"Plain backward gave {entry.name} no gradient.")).ToArray();

        foreach (var isActive in new Func<int, bool>[] { _ => true, i => i % 3 == 0, i => i % 3 == 1, i => i % 3 == 2, i => i >= named.Length / 2 })
        {
            (string Name, Parameter Parameter, Tensor Plain)[] active = [.. named.Zip(plain, (entry, gradient) => (entry.name, entry.parameter, gradient)).Where((_, i) => isActive(i))];
            manual_seed(7);
            using var gradients = GradientSum.Of(model, recompute, parameter => active.Any(entry => ReferenceEquals(entry.Parameter, parameter)), batch);
            Assert.AreEqual(active.Length, gradients.Count());
            AssertSame(gradients, active);
        }
    }

    private static void AssertSame(GradientSum gradients, IEnumerable<(string Name, Parameter Parameter, Tensor Plain)> active)
    {
        foreach (var (name, parameter, expected) in active)
        {
            var difference = (gradients[parameter] - expected).abs().max().item<float>();
            var size = expected.abs().max().item<float>();
            Assert.IsTrue(size > 0, $"The gradient of {name} is 0, which proves nothing.");
            Assert.IsTrue(difference <= 1e-5 * size, $"The gradient of {name} is off by {difference / size:g3} of its largest entry.");
        }
    }
}
