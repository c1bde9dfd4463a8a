using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Standins.Tests.TorchSharp;

[TestClass]
public sealed class DisposeScopeTests
{
    [TestMethod]
    public void A_scope_disposes_what_was_made_in_it()
    {
        Tensor inside;
        using (NewDisposeScope()) inside = zeros(1);

        Assert.IsTrue(inside.IsInvalid);
    }

    [TestMethod]
    public void A_tensor_moved_outward_lives_until_the_outer_scope_ends()
    {
        Tensor moved;
        using (NewDisposeScope())
        {
            using (NewDisposeScope()) moved = zeros(1).MoveToOuterDisposeScope();
            Assert.IsFalse(moved.IsInvalid);
        }

        Assert.IsTrue(moved.IsInvalid);
    }

    [TestMethod]
    public void A_tensor_moved_out_of_the_outermost_scope_belongs_to_nobody()
    {
        Tensor moved;
        using (NewDisposeScope()) moved = zeros(1).MoveToOuterDisposeScope();

        Assert.IsFalse(moved.IsInvalid);
        moved.Dispose();
    }

    [TestMethod]
    public void A_detached_tensor_outlives_every_scope()
    {
        Tensor detached;
        using (NewDisposeScope())
        using (NewDisposeScope()) detached = zeros(1).DetachFromDisposeScope();

        Assert.IsFalse(detached.IsInvalid);
        detached.Dispose();
    }

    [TestMethod]
    public void Everything_but_the_kept_is_disposed_at_once()
    {
        using var scope = NewDisposeScope();
        var (first, second) = (zeros(1), zeros(1));

        scope.DisposeEverythingBut(first);

        Assert.IsFalse(first.IsInvalid);
        Assert.IsTrue(second.IsInvalid);
    }

    [TestMethod]
    public void A_wrapped_expression_keeps_its_result_alone()
    {
        var before = LiveTensors.Count();

        using var result = WrappedTensorDisposeScope(() => (ones(2) + 1) * 2);

        Assert.AreEqual(before + 1, Tensor.TotalCount);
        CollectionAssert.AreEqual(new float[] { 4, 4 }, result.data<float>().ToArray());
    }

    [TestMethod]
    public void The_current_scope_is_the_innermost_open_one()
    {
        Assert.IsNull(CurrentDisposeScope);
        using var outer = NewDisposeScope();
        using (var inner = NewDisposeScope()) Assert.AreSame(inner, CurrentDisposeScope);
        Assert.AreSame(outer, CurrentDisposeScope);
    }

    [TestMethod]
    public void A_scope_that_has_ended_refuses_work()
    {
        var scope = NewDisposeScope();
        scope.Dispose();
        Assert.ThrowsException<ObjectDisposedException>(scope.DisposeEverything);
    }

    [TestMethod]
    public void Scopes_of_one_thread_leave_tensors_of_another_alone()
    {
        Tensor? elsewhere = null;
        using (NewDisposeScope())
        {
            var thread = new Thread(() => elsewhere = zeros(1));
            thread.Start();
            thread.Join();
        }

        Assert.IsFalse(elsewhere!.IsInvalid);
        elsewhere.Dispose();
    }
}
