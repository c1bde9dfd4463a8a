using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

[TestClass]
[DoNotParallelize]
public class LeakTests
{
    private static readonly BlockLlmOptimizerOptions Options = new()
    {
        LearningRate = 0.01,
        Sparsity = 0.8,
        AlwaysActive = ["head.bias"],
        MaxGradientNorm = 0.5,
        SignStepRate = 0.1,
        TakeFactor = 10,
        Reselection = new ReselectionRule.FixedPeriod(10),
    };

    [TestMethod]
    public void A_thousand_plain_steps_leave_no_tensor_behind() => LeavesNoTensorBehind((model, optimizer, step) => model.PlainStep(optimizer, step));

    [TestMethod]
    public void A_thousand_stagewise_steps_leave_no_tensor_behind() => LeavesNoTensorBehind((model, optimizer, step) => model.StagewiseStep(optimizer, step, 2));

    [TestMethod]
    public void Disposing_releases_every_tensor()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
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

    private static void LeavesNoTensorBehind(Action<Mlp, BlockLlmOptimizer, int> update)
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options);
        long before = Tensor.TotalCount;
        for (int step = 0; step < 1000; step++)
        {
            update(model, optimizer, step);
            // Five candidates, each with at most two slices of an index and two moments; and the always-active one.
            Assert.IsTrue(Tensor.TotalCount <= before + 5 * 2 * 3 + 2, $"{Tensor.TotalCount - before} tensors at step {step}");
        }
    }
}
