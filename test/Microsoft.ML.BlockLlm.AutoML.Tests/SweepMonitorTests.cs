using Microsoft.ML.AutoML;

namespace Microsoft.ML.BlockLlm.AutoML.Tests;

[TestClass]
public sealed class SweepMonitorTests
{
    private readonly SweepMonitor _monitor = new();

    [TestMethod]
    public void A_table_has_a_line_for_each_trial_with_its_parameters_and_what_came_of_it()
    {
        Complete(0, 0.001, 0.75, isBest: true);
        Complete(1, 0.01234, 0.5, isBest: false);
        Fail(2, 10, "The loss is NaN.");

        var lines = _monitor.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd()).ToArray();

        CollectionAssert.AreEqual(new[]
        {
            "trial  metric  seconds  LearningRate",
            "    0  0.7500      2.0         0.001  best so far",
            "    1  0.5000      2.0        0.0123",
            "    2              1.0            10  failed: The loss is NaN.",
        }, lines);
    }

    [TestMethod]
    public void A_trial_of_a_part_of_its_steps_says_how_far_it_goes_and_then_how_far_it_came()
    {
        var settings = Settings(0, 0.001);
        var trainer = settings.Parameter["_pipeline_"]["e1"];
        TrialBudget.Set(trainer, steps: 36, divisor: 9, continues: true, "checkpoints");

        Monitor.ReportRunningTrial(settings);
        Assert.AreEqual("36", _monitor.Trials.Single().Parameters["Steps"]);
        TrialBudget.Of(trainer)!.Report(made: 36, total: 324);
        Monitor.ReportCompletedTrial(new TrialResult { TrialSettings = settings });

        Assert.AreEqual("36/324", _monitor.Trials.Single().Parameters["Steps"]);
    }

    [TestMethod]
    public void The_last_of_the_best_trials_is_the_best()
    {
        Complete(0, 0.001, 0.75, isBest: true);
        Complete(1, 0.002, 0.8, isBest: true);
        Complete(2, 0.003, 0.7, isBest: false);

        Assert.AreEqual(1, _monitor.Best!.Id);
        Assert.AreEqual(0.8, _monitor.Best.Metric);
    }

    [TestMethod]
    public void A_parameter_that_two_steps_have_is_named_with_its_step()
    {
        var settings = Settings(0, 0.001);
        settings.Parameter["_pipeline_"]["e2"] = Nested(("LearningRate", SearchSpace.Parameter.FromDouble(0.5)));

        Monitor.ReportRunningTrial(settings);

        CollectionAssert.AreEqual(new[] { "e1.LearningRate", "e2.LearningRate" }, _monitor.Trials.Single().Parameters.Keys.ToArray());
    }

    [TestMethod]
    [DataRow("BlockLlm", "Method, Patience, Sparsity")]
    [DataRow("Lora", "Method")]
    public void What_is_BlockLlms_alone_is_left_out_where_the_method_is_another(string method, string names)
    {
        var settings = Settings(0, 0.001);
        settings.Parameter["_pipeline_"]["e1"] = Nested(
            ("Method", SearchSpace.Parameter.FromString(method)), ("Patience", SearchSpace.Parameter.FromInt(10)), ("Sparsity", SearchSpace.Parameter.FromDouble(0.9)));

        Monitor.ReportRunningTrial(settings);

        Assert.AreEqual(names, string.Join(", ", _monitor.Trials.Single().Parameters.Keys.Order()));
    }

    [TestMethod]
    public void A_list_of_trials_stays_as_it_was_read_while_the_sweep_goes_on()
    {
        Complete(0, 0.001, 0.75, isBest: true);
        var read = _monitor.Trials;

        Complete(1, 0.002, 0.8, isBest: true);

        Assert.AreEqual(0, read.Single().Id);
        Assert.AreEqual(2, _monitor.Trials.Count);
    }

    private IMonitor Monitor => _monitor;

    private void Complete(int id, double learningRate, double metric, bool isBest)
    {
        var settings = Settings(id, learningRate);
        var result = new TrialResult { TrialSettings = settings, Metric = metric, Loss = -metric, DurationInMilliseconds = 2000 };
        Monitor.ReportRunningTrial(settings);
        Monitor.ReportCompletedTrial(result);
        if (isBest)
            Monitor.ReportBestTrial(result);
    }

    private void Fail(int id, double learningRate, string reason)
    {
        var settings = Settings(id, learningRate);
        Monitor.ReportRunningTrial(settings);
        settings.EndedAtUtc = settings.StartedAtUtc.AddSeconds(1);
        Monitor.ReportFailTrial(settings, new InvalidOperationException(reason));
    }

    private static TrialSettings Settings(int id, double learningRate) => new()
    {
        TrialId = id,
        StartedAtUtc = DateTime.UnixEpoch,
        Parameter = Nested(("_pipeline_", Nested(
            ("_SCHEMA_", SearchSpace.Parameter.FromString("e0 * e1")),
            ("e0", Nested()),
            ("e1", Nested(("LearningRate", SearchSpace.Parameter.FromDouble(learningRate))))))),
    };

    private static SearchSpace.Parameter Nested(params (string Name, SearchSpace.Parameter Value)[] values) =>
        SearchSpace.Parameter.CreateNestedParameter([.. values.Select(value => KeyValuePair.Create(value.Name, value.Value))]);
}
