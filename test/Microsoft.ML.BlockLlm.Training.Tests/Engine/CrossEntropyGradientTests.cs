using Microsoft.ML.BlockLlm.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>Cross-entropy whose gradient is written down, beside the one that libtorch derives.</summary>
[TestClass]
public sealed class CrossEntropyGradientTests
{
    private const double Scale = 0.25;

    [TestMethod]
    [DataRow(ScalarType.Float32, 3, 5)]
    [DataRow(ScalarType.BFloat16, 3, 5)]
    [DataRow(ScalarType.Float32, 40, 30_000)]
    [DataRow(ScalarType.BFloat16, 40, 30_000)]
    [DataRow(ScalarType.Float32, 2, 1_100_000)]
    public void Loss_and_gradient_are_those_of_the_graph(ScalarType type, int rows, int classes)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var logits = (4 * randn(1, rows, classes)).to_type(type).requires_grad_();
        using var batch = NewBatch([.. Enumerable.Range(0, rows).Select(row => row % 3 == 1 ? TrainingBatch.IgnoredTarget : 7L * row % classes)]);
        var expected = CrossEntropy.Loss(logits, batch);
        var expectedGradient = autograd.grad([expected], [logits], [full_like(expected, Scale)])[0];

        var (loss, gradient) = CrossEntropyGradient.Of(logits, batch, Scale);

        Assert.AreEqual(expected.item<float>(), loss, 1e-6 * loss);
        Assert.AreEqual(type, gradient!.dtype);
        CollectionAssert.AreEqual(logits.shape, gradient.shape);
        var (difference, size) = ((gradient - expectedGradient).abs().max().ToDouble(), expectedGradient.abs().max().ToDouble());
        Assert.IsTrue(difference <= 1e-6 * size, $"The gradient is off by {difference / size:g3} of its largest entry.");
    }

    [TestMethod]
    public void A_target_that_does_not_count_has_no_gradient()
    {
        using var scope = NewDisposeScope();
        using var batch = NewBatch([2, TrainingBatch.IgnoredTarget]);

        var (_, gradient) = CrossEntropyGradient.Of(randn(1, 2, 4), batch, scale: 1);

        Assert.AreNotEqual(0, gradient![0, 0].abs().sum().ToDouble());
        Assert.AreEqual(0, gradient[0, 1].abs().sum().ToDouble());
    }

    [TestMethod]
    public void Logits_that_are_not_finite_give_a_loss_that_is_not()
    {
        using var scope = NewDisposeScope();
        using var batch = NewBatch([2, 3]);
        var logits = zeros(1, 2, 4);
        logits[0, 1, 0] = float.PositiveInfinity;

        Assert.IsFalse(double.IsFinite(CrossEntropyGradient.Of(logits, batch, scale: 1).Loss));
    }

    [TestMethod]
    public void Without_a_scale_there_is_the_loss_alone()
    {
        using var scope = NewDisposeScope();
        using var batch = NewBatch([0, 1]);

        var (loss, gradient) = CrossEntropyGradient.Of(zeros(1, 2, 4), batch, scale: null);

        Assert.AreEqual(Math.Log(4), loss, 1e-6);
        Assert.IsNull(gradient);
    }

    private static TrainingBatch NewBatch(long[] targets) => new(new TokenBatch(zeros(1, targets.Length, ScalarType.Int64)), tensor(targets, [1, targets.Length]));
}
