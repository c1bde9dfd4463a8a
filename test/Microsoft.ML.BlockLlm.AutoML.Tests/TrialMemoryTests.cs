namespace Microsoft.ML.BlockLlm.AutoML.Tests;

[TestClass]
public sealed class TrialMemoryTests
{
    private readonly TrialMemory _memory = new();

    [TestMethod]
    public void A_trial_that_runs_is_ended_alone_and_keeps_its_first_reason()
    {
        using var experiment = new CancellationTokenSource();
        var stop = _memory.Begin(0, experiment.Token);

        Assert.IsTrue(_memory.TryCancel(0, "too much"));
        Assert.IsTrue(_memory.TryCancel(0, "still too much"));

        Assert.IsTrue(stop.IsCancellationRequested);
        Assert.IsFalse(experiment.IsCancellationRequested);
        Assert.AreEqual("too much", _memory.ExcessOf(0));
    }

    [TestMethod]
    public void A_look_that_comes_when_its_trial_has_ended_does_nothing_to_a_later_one()
    {
        _memory.Begin(0, CancellationToken.None);
        _memory.End();
        Assert.IsTrue(_memory.TryCancel(0, "late"));
        var stop = _memory.Begin(1, CancellationToken.None);

        Assert.IsTrue(_memory.TryCancel(0, "later"), "There is nothing more to do for a trial that has ended.");

        Assert.IsFalse(stop.IsCancellationRequested);
        Assert.IsNull(_memory.ExcessOf(0));
        Assert.IsNull(_memory.ExcessOf(1));
    }

    [TestMethod]
    public void A_trial_that_has_not_begun_cannot_be_cancelled_but_refused()
    {
        Assert.IsFalse(_memory.TryCancel(0, "too much"));
        Assert.IsNull(_memory.ExcessOf(0));

        _memory.Refuse(0, "no room");

        Assert.AreEqual("no room", Assert.ThrowsException<InvalidOperationException>(() => _memory.Begin(0, CancellationToken.None)).Message);
    }

    [TestMethod]
    public void A_trial_that_has_begun_is_not_refused()
    {
        _memory.Begin(0, CancellationToken.None);

        _memory.Refuse(0, "no room");

        Assert.IsNull(_memory.ExcessOf(0));
    }
}
