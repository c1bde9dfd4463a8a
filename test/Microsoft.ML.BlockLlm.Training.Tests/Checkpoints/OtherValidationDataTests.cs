namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>A run goes on with the validation data it began with: evaluations of others could not be compared.</summary>
[TestClass]
public sealed class OtherValidationDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private Run Run
    {
        get
        {
            var run = new Run { Validation = Samples.Data(20, seed: 6) };
            return run with { Options = run.Options with { EvaluationInterval = 3, Checkpoints = new CheckpointOptions { Directory = _folder.Path } } };
        }
    }

    private Run Other => Run with { Validation = Samples.Data(20, seed: 7) };

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Others_of_the_same_length_are_refused_at_the_first_evaluation()
    {
        Run.Train(interruptAfter: 4);
        using var model = Run.NewModel();
        var updates = new List<long>();

        var error = Assert.ThrowsExactly<CheckpointException>(() => Other.Train(model, progress => updates.Add(progress.Step)));

        StringAssert.Contains(error.Message, "the validation data is not that of the checkpoint");
        CollectionAssert.AreEqual(new[] { 5L, 6L }, updates);
    }

    [TestMethod]
    public void They_are_refused_also_where_the_run_was_interrupted_twice_since_the_last_evaluation()
    {
        Run.Train(interruptAfter: 4);
        Other.Train(interruptAfter: 5);

        Assert.ThrowsExactly<CheckpointException>(() => Other.Train());
    }

    [TestMethod]
    public void Before_the_first_evaluation_others_may_take_their_place()
    {
        Run.Train(interruptAfter: 2);
        var whole = Other with { Options = Other.Options with { Checkpoints = null } };

        Outcome.AssertSame(whole.Train(), Other.Train());
    }

    [TestMethod]
    public void They_may_differ_where_a_run_begins_anew()
    {
        Run.Train(interruptAfter: 4);
        var anew = Other with { Options = Other.Options with { Checkpoints = Other.Options.Checkpoints! with { Resume = false } } };

        Assert.AreEqual(StopReason.Completed, anew.Train().Summary.StopReason);
    }
}
