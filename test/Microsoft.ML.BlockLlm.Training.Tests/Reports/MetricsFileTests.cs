using System.Text.Json.Nodes;
using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training.Tests;

[TestClass]
public sealed class MetricsFileTests
{
    [TestMethod]
    public void Every_update_is_a_line_with_what_the_history_knows_of_it()
    {
        using var model = new TiedModel();
        using var optimizer = new BlockLlmOptimizer(
            model.named_parameters(), new BlockLlmOptimizerOptions { Sparsity = 0.8, Reselection = new ReselectionRule.FixedPeriod(3) });
        using var stream = new MemoryStream();
        using var file = new MetricsFile(stream);

        var summary = new TrainingLoop(model, optimizer, new TrainingOptions { Epochs = 1, BatchSize = 8 })
            .Run(Samples.Data(64), Samples.Data(8, seed: 6), file);

        var lines = System.Text.Encoding.UTF8.GetString(stream.ToArray()).Split('\n');
        Assert.AreEqual("", lines[^1]);
        var steps = lines[..^1].Select(line => JsonNode.Parse(line)!).ToArray();
        CollectionAssert.AreEqual(Enumerable.Range(1, 8).ToArray(), steps.Select(step => (int)step["step"]!).ToArray());
        CollectionAssert.AreEqual(summary.Losses.ToArray(), steps.Select(step => (double)step["loss"]!).ToArray());
        CollectionAssert.AreEqual(new[] { 1, 4, 7 }, steps.Where(step => (bool)step["reselected"]!).Select(step => (int)step["step"]!).ToArray());
        Assert.IsTrue(steps.All(step => (step["active_blocks"] is not null) == (bool)step["reselected"]!));
        CollectionAssert.AreEquivalent(
            optimizer.Visits.ToArray(), steps.Last(step => (bool)step["reselected"]!)["visits"]!.AsObject().Select(visit => KeyValuePair.Create(visit.Key, (long)visit.Value!)).ToArray());
        Assert.AreEqual(summary.History[^1].Validation!.Loss, (double)steps[^1]["validation_loss"]!);
        Assert.IsNull(steps[0]["validation_loss"]);
    }

    [TestMethod]
    public void Numbers_that_are_not_finite_are_null()
    {
        using var model = new TiedModel();
        using var optimizer = new AdamWOptimizer(model.named_parameters());
        using var stream = new MemoryStream();
        using var file = new MetricsFile(stream);
        var summary = new TrainingLoop(model, optimizer, new TrainingOptions { MaxSteps = 1 }).Run(Samples.Data(8));

        file.Report(summary.History[0] with { Accuracy = double.NaN });

        var step = JsonNode.Parse(stream.ToArray())!.AsObject();
        Assert.IsTrue(step.ContainsKey("accuracy") && step["accuracy"] is null);
    }
}
