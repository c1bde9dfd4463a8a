using TorchSharp;
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
        using var outer = NewDisposeScope();
        Tensor moved;
        using (NewDisposeScope()) moved = zeros(1).MoveToOuterDisposeScope();

        Assert.IsFalse(moved.IsInvalid);
        Assert.IsTrue(outer.Contains(moved));
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
    public void A_tensor_moved_to_anothers_scope_follows_that_one()
    {
        using var outer = NewDisposeScope();
        var other = zeros(1);
        Tensor follower;
        using (NewDisposeScope()) follower = zeros(1).MoveToOtherDisposeScope(other);

        Assert.IsTrue(outer.Contains(follower));
    }

    [TestMethod]
    public void Everything_but_the_kept_is_disposed_at_once()
    {
        using var scope = NewDisposeScope();
        var (first, second) = (zeros(1), zeros(1));

        scope.DisposeEverythingBut(first);

        Assert.IsFalse(first.IsInvalid);
        Assert.IsTrue(second.IsInvalid);
        Assert.AreEqual(1, scope.DisposablesCount);
    }

    [TestMethod]
    public void A_tensor_disposed_by_hand_leaves_its_scope()
    {
        using var scope = NewDisposeScope();
        zeros(1).Dispose();

        Assert.AreEqual(0, scope.DisposablesCount);
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
    public void Statistics_tell_where_tensors_were_made_and_how_many_left_their_scope()
    {
        var statistics = DisposeScopeManager.Statistics;
        statistics.Reset();

        var outside = zeros(1);
        Tensor detached;
        using (NewDisposeScope())
        {
            zeros(1);
            detached = zeros(1).DetachFromDisposeScope();
        }

        Assert.AreEqual(1, statistics.CreatedOutsideScopeCount);
        Assert.AreEqual(2, statistics.CreatedInScopeCount);
        Assert.AreEqual(1, statistics.DetachedFromScopeCount);
        outside.Dispose();
        detached.Dispose();
    }

    [TestMethod]
    public void Scopes_of_one_thread_leave_tensors_of_another_alone()
    {
        using var scope = NewDisposeScope();
        Tensor? elsewhere = null;
        var thread = new Thread(() => elsewhere = zeros(1));
        thread.Start();
        thread.Join();

        Assert.AreEqual(0, scope.DisposablesCount);
        elsewhere!.Dispose();
    }
}
