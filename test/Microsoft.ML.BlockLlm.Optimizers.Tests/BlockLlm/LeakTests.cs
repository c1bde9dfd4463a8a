using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

[TestClass]
[DoNotParallelize]
public class LeakTests
{
    /// <summary>The 5 batches taken in turn and the 6 updates between selections fall together again.</summary>
    private const int Period = 30;

    private static readonly BlockLlmOptimizerOptions Options = new()
    {
        LearningRate = 0.01,
        Sparsity = 0.8,
        AlwaysActive = ["head.bias"],
        MaxGradientNorm = 0.5,
        SignStepRate = 0.1,
        TakeFactor = 10,
        Reselection = new ReselectionRule.FixedPeriod(6),
    };

    /// <summary>What other tests left to the garbage collector must not leave while this one counts.</summary>
    [TestInitialize]
    public void ReleaseWhatOthersLeft()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    [TestMethod]
    public void A_thousand_plain_steps_leave_no_tensor_behind() => LeavesNoTensorBehind((model, optimizer, step) => model.PlainStep(optimizer, step));

    [TestMethod]
    public void A_thousand_stagewise_steps_leave_no_tensor_behind() => LeavesNoTensorBehind((model, optimizer, step) => model.StagewiseStep(optimizer, step, 2));

    [TestMethod]
    public void Disposing_releases_every_tensor()
    {
        using var model = new Mlp();
        long before = Tensor.TotalCount;
        using (var optimizer = new BlockLlmOptimizer(model.Parameters, Options))
        {
            for (int step = 0; step < 25; step++)
                model.PlainStep(optimizer, step);
            optimizer.zero_grad();
            Assert.IsTrue(Tensor.TotalCount > before);
        }

        Assert.AreEqual(before, Tensor.TotalCount);
    }

    [TestMethod]
    public void A_saved_state_that_breaks_off_leaves_no_tensor_behind()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options);
        for (int step = 0; step < 10; step++)
            model.PlainStep(optimizer, step);
        var state = SavedState.Save(optimizer);
        SavedState.Load(state, optimizer);
        long before = Tensor.TotalCount;

        for (int length = 0; length < state.Length; length += 7)
            Assert.Throws<Exception>(() => SavedState.Load(state[..length], optimizer));

        Assert.AreEqual(before, Tensor.TotalCount);
    }

    /// <summary>
    /// With a learning rate of 0 the weights stay, so batches and selections repeat after <see cref="Period"/> updates, and with them the number of
    /// tensors that the optimizer holds: to the last one, or a tensor was left behind.
    /// </summary>
    private static void LeavesNoTensorBehind(Action<Mlp, BlockLlmOptimizer, int> update)
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options with { LearningRate = 0 });
        var counts = new List<long>();
        for (int step = 0; step < 1000; step++)
        {
            update(model, optimizer, step);
            counts.Add(Tensor.TotalCount);
        }

        // The first period is left out: moments of two ages come up in the second.
        for (int step = Period; step + Period < counts.Count; step++)
            Assert.AreEqual(counts[step], counts[step + Period], $"tensors at step {step} and at step {step + Period}");
    }
}
