using System.Text.Json;
using Microsoft.ML.BlockLlm.Optimizers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>Checkpoints that earlier versions wrote are gone on from.</summary>
[TestClass]
public sealed class EarlierFormatTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Folders that builds of earlier versions left, and the losses that they went on to (<c>golden/earlier-formats/README.md</c>).</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void A_run_goes_on_from_what_a_version_of_an_earlier_format_wrote_as_that_version_did(int format)
    {
        var golden = Path.Combine(AppContext.BaseDirectory, "golden", "earlier-formats", $"format-{format}");
        CopyFolders(golden);
        Assert.AreEqual((format, 5L), (CheckpointManifest.Read(_folder["step-00000005"]).Format, TrainingCheckpoint.Latest(_folder.Path)!.Step));
        var run = Saving(new Run { Model = NewModel, Validation = Samples.Data(20, seed: 6) });
        run = run with { Options = run.Options with { EvaluationInterval = 3 } };
        var steps = new List<long>();

        using var model = run.NewModel();
        var summary = run.Train(model, progress => steps.Add(progress.Step)).Summary;

        CollectionAssert.AreEqual(Enumerable.Range(6, 11).Select(step => (long)step).ToList(), steps);
        var losses = JsonSerializer.Deserialize<double[]>(File.ReadAllText(Path.Combine(golden, "losses.json")))!;
        Assert.AreEqual(losses.Length, summary.Losses.Count);
        // Up to the next selection: how that carries moments is another matter than going on.
        foreach (var (expected, actual) in losses.Zip(summary.Losses).Take(9))
            Assert.AreEqual(expected, actual, 1e-5);
        Assert.AreEqual(3, CheckpointManifest.Read(_folder[_folder.Checkpoints.Single(name => name.EndsWith("-00000016", StringComparison.Ordinal))]).Format);
    }

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

    [TestMethod]
    public void A_run_goes_on_from_a_version_that_did_not_know_an_option_inside_another_as_with_its_default()
    {
        var plateau = new ReselectionRule.LossPlateau(Patience: 2, Smoothing: 0.5);
        var run = With(plateau);
        Saving(run).Train(interruptAfter: 5);
        EarlierFormat.MakeKnow(_folder["step-00000005"], "optimizer option Reselection", "LossPlateau { Patience = 2, Smoothing = 0.5 }");

        var error = Assert.ThrowsExactly<CheckpointException>(() => Saving(With(plateau with { Tolerance = 0.5 })).Train());
        StringAssert.Contains(error.Message, "LossPlateau { Patience = 2, Smoothing = 0.5 } there, LossPlateau { Patience = 2, Smoothing = 0.5, Tolerance = 0.5 } here");
        Outcome.AssertSame(run.Train(), Saving(run).Train());

        static Run With(ReselectionRule rule) => new() { Optimizer = (BlockLlmOptimizerOptions)new Run().Optimizer with { Reselection = rule } };
    }

    /// <summary>A model whose weights follow from no generator of random numbers, so that they are the same with every version of libtorch.</summary>
    private static TiedModel NewModel()
    {
        var model = new TiedModel();
        Parameter[] parameters = [model.Embedding.Weight, model.First.Weight, model.First.Bias, model.Second.Weight, model.Second.Bias];
        using var noGradient = no_grad();
        foreach (var (index, parameter) in parameters.Index())
        {
            using var values = tensor(Enumerable.Range(0, (int)parameter.numel()).Select(i => ((((37 * i) + (11 * index)) % 23) - 11) / 16f).ToArray(), parameter.shape);
            parameter.copy_(values);
        }
        return model;
    }

    private void CopyFolders(string from)
    {
        foreach (var file in Directory.GetDirectories(from).SelectMany(Directory.GetFiles))
            File.Copy(file, Path.Combine(Directory.CreateDirectory(_folder[Path.GetFileName(Path.GetDirectoryName(file))!]).FullName, Path.GetFileName(file)));
    }

    private Run Saving(Run run) => run with { Options = run.Options with { Checkpoints = new CheckpointOptions { Directory = _folder.Path, Keep = 1 } } };
}
