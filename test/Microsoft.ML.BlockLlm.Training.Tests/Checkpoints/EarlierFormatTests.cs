namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>Checkpoints that earlier versions wrote are gone on from.</summary>
[TestClass]
public sealed class EarlierFormatTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void A_run_goes_on_from_the_first_format_whose_history_is_whole()
    {
        var (run, whole) = (Saving(new Run()), new Run().Train());
        run.Train(interruptAfter: 5);
        EarlierFormat.MakeFirst(_folder["step-00000005"]);

        run.Train(interruptAfter: 9);
        var manifest = CheckpointManifest.Read(_folder["step-00000009"]);
        Outcome.AssertSame(whole, run.Train());

        Assert.AreEqual((3, 9L), (manifest.Format, manifest.Step));
    }

    [TestMethod]
    public void A_run_goes_on_from_the_second_format_which_knows_nothing_of_the_validation_data()
    {
        var evaluating = new Run { Validation = Samples.Data(20, seed: 6) };
        evaluating = evaluating with { Options = evaluating.Options with { EvaluationInterval = 3 } };
        var run = Saving(evaluating);
        run.Train(interruptAfter: 5);
        EarlierFormat.MakeSecond(_folder["step-00000005"]);

        Outcome.AssertSame(evaluating.Train(), run.Train());
    }

    private Run Saving(Run run) => run with { Options = run.Options with { Checkpoints = new CheckpointOptions { Directory = _folder.Path, Keep = 1 } } };
}
