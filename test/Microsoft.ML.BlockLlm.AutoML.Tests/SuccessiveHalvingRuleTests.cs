using System.Globalization;
using FsCheck.Fluent;
using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.BlockLlm.AutoML.Tests;

/// <summary>The rules by which configurations go on, with losses made up.</summary>
[TestClass]
public sealed class SuccessiveHalvingRuleTests
{
    private readonly SweepablePipeline _pipeline = Sweeps.Pipeline(new MLContext(seed: 1), searchSpace: new() { ["BatchSize"] = new ChoiceOption(Batch) });
    private const int Batch = 16;

    private readonly string _checkpoints = Path.Combine(Path.GetTempPath(), "blockllm-tests", "halving-" + Guid.NewGuid().ToString("N"));

    /// <summary>A race of many trials tries the rules many times.</summary>
    private static FsCheck.Config Races => FsCheck.Config.QuickThrowOnFailure.WithMaxTest(25);

    [TestCleanup]
    public void DeleteCheckpoints()
    {
        if (Directory.Exists(_checkpoints))
            Directory.Delete(_checkpoints, recursive: true);
    }

    [TestMethod]
    public void The_first_configuration_is_that_of_the_options_for_the_first_part_of_its_steps()
    {
        var first = new Race(this, rungs: 3, factor: 3).Next(loss: 1, totalSteps: 90);

        Assert.AreEqual(10, first.Steps);
        Assert.AreEqual(Sweeps.Options.LearningRate, first.LearningRate, 1e-9);
    }

    [TestMethod]
    public void A_configuration_of_many_steps_is_measured_after_as_many_as_one_of_few()
    {
        var race = new Race(this, rungs: 3, factor: 3);

        var steps = new[] { 90, 900, 30 }.Select(total => race.Next(loss: 1, total).Steps).ToArray();

        CollectionAssert.AreEqual(new long[] { 10, 10, 10 }, steps);
    }

    [TestMethod]
    public void Configurations_that_differ_in_their_batches_are_judged_after_equally_many_rows()
    {
        var pipeline = Sweeps.Pipeline(new MLContext(seed: 1), searchSpace: new() { ["BatchSize"] = new ChoiceOption([8, 16, 64], Batch) });
        var race = new Race(this, rungs: 3, factor: 3, pipeline);

        // The first makes 90 steps with batches of 16, so that the first rung is after 160 rows; who goes on is judged after 480.
        var trials = Enumerable.Range(0, 30).Select(_ => race.Next(number => number, totalSteps: 90)).ToList();

        CollectionAssert.AreEquivalent(new[] { 8, 16, 64 }, trials.Where(trial => !trial.Continues).Select(trial => trial.BatchSize).Distinct().ToArray());
        foreach (var trial in trials.Where(trial => !trial.Continues))
            Assert.AreEqual((160 + trial.BatchSize - 1) / trial.BatchSize, trial.Steps, trial.ToString());
        foreach (var trial in trials.GroupBy(trial => trial.Number).Select(rungs => rungs.ElementAtOrDefault(1)).OfType<Trial>())
            Assert.AreEqual((480 + trial.BatchSize - 1) / trial.BatchSize, trial.Steps, trial.ToString());
    }

    [TestMethod]
    public void Every_rung_is_at_least_one_step_after_the_one_before()
    {
        var pipeline = Sweeps.Pipeline(new MLContext(seed: 1), searchSpace: new() { ["BatchSize"] = new ChoiceOption([16, 512], Batch) });
        var race = new Race(this, rungs: 4, factor: 2, pipeline);

        var steps = Enumerable.Range(0, 60).Select(_ => race.Next(number => -number, totalSteps: 8)).Where(trial => trial.BatchSize == 512)
            .GroupBy(trial => trial.Number).Select(rungs => rungs.Select(trial => trial.Steps).ToArray()).ToList();

        Assert.IsTrue(steps.Any(reached => reached.Length > 1));
        foreach (var reached in steps)
            CollectionAssert.AreEqual(Enumerable.Range(1, reached.Length).Select(step => (long)step).ToArray(), reached);
    }

    [TestMethod]
    public void The_best_of_three_goes_on_to_three_times_as_many_steps()
    {
        var race = new Race(this, rungs: 3, factor: 3);
        var (_, second, _) = (race.Next(loss: 3), race.Next(loss: 1), race.Next(loss: 2));

        var next = race.Next(loss: 1);

        Assert.AreEqual(3 * second.Steps, next.Steps);
        Assert.IsTrue(next.Continues && !second.Continues);
        Assert.AreEqual(second.LearningRate, next.LearningRate);
        Assert.AreEqual(second.Directory, next.Directory);
    }

    [TestMethod]
    public void The_configuration_of_the_options_has_made_all_its_steps_on_the_last_of_its_rungs()
    {
        var race = new Race(this, rungs: 3, factor: 3);

        var steps = Enumerable.Range(0, 13).Select(_ => race.Next(number => number, totalSteps: 100)).Where(trial => trial.Number == 0).Select(trial => trial.Steps).ToArray();

        CollectionAssert.AreEqual(new long[] { 12, 36, 100 }, steps);
    }

    [TestMethod]
    public void A_configuration_longer_than_that_of_the_options_has_further_rungs()
    {
        var race = new Race(this, rungs: 2, factor: 2);
        race.Next(loss: 9, totalSteps: 20);

        // The second configuration is the best on every rung.
        var steps = Enumerable.Range(0, 40).Select(_ => race.Next(number => number, totalSteps: 65)).Where(trial => trial.Number == 1).Select(trial => trial.Steps).ToArray();

        CollectionAssert.AreEqual(new long[] { 10, 20, 40, 65 }, steps);
    }

    [TestMethod]
    public void A_configuration_that_is_done_below_a_rung_is_compared_there_by_its_last_loss()
    {
        var race = new Race(this, rungs: 3, factor: 2);
        race.Next(loss: 3, totalSteps: 40);
        var done = race.Next(loss: 1, totalSteps: 5);

        var third = race.Next(loss: 0.5, totalSteps: 40);
        var promoted = race.Next(loss: 1.5, totalSteps: 40);
        var after = race.Next(loss: 4, totalSteps: 40);

        Assert.AreEqual(5, done.Steps);
        Assert.IsFalse(third.Continues, "The best of two is done, so a new configuration begins.");
        Assert.AreEqual((third.Number, 20L), (promoted.Number, promoted.Steps));
        Assert.IsFalse(after.Continues, "On the second rung the loss of 1 that took 5 steps is better than one of 1.5.");
    }

    [TestMethod]
    [DataRow(double.MaxValue)]
    [DataRow(double.NaN)]
    public void A_configuration_that_failed_does_not_go_on(double loss)
    {
        var race = new Race(this, rungs: 2, factor: 2);
        race.Next(loss);
        race.Next(loss);

        Assert.IsFalse(race.Next(loss: 1).Continues);
    }

    [TestMethod]
    public void Who_goes_on_is_among_the_best_of_its_rung() =>
        FsCheck.Check.One(Races, Prop.ForAll(Gen.Choose(0, 10_000).ToArbitrary(), Gen.Choose(2, 4).ToArbitrary(), Gen.Choose(2, 4).ToArbitrary(), (seed, factor, rungs) =>
        {
            const long TotalSteps = 1_000_000;
            var race = new Race(this, rungs, factor);
            var random = new Random(seed);
            var measured = new Dictionary<int, List<double>>();
            var reached = new Dictionary<string, (int Rung, long Steps, double Loss)>();
            return Enumerable.Range(0, 60).All(_ =>
            {
                var loss = random.NextDouble();
                var trial = race.Next(loss, TotalSteps);
                var goesOn = reached.TryGetValue(trial.Directory, out var last);
                var isAmongTheBest = !goesOn || measured[last.Rung].Count(other => other < last.Loss) < measured[last.Rung].Count / factor;
                var isOnTheNextRung = !goesOn || trial.Steps == Math.Min(factor * last.Steps, TotalSteps);
                var rung = goesOn ? last.Rung + 1 : 0;
                measured.TryAdd(rung, []);
                measured[rung].Add(loss);
                reached[trial.Directory] = (rung, trial.Steps, loss);
                return isAmongTheBest && isOnTheNextRung && trial.Continues == goesOn;
            });
        }));

    [TestMethod]
    public void No_more_checkpoints_wait_on_a_rung_than_one_of_so_many_goes_on() =>
        FsCheck.Check.One(Races, Prop.ForAll(Gen.Choose(0, 10_000).ToArbitrary(), Gen.Choose(2, 4).ToArbitrary(), (seed, factor) =>
        {
            DeleteCheckpoints();
            var race = new Race(this, rungs: 3, factor);
            var random = new Random(seed);
            var rungs = new HashSet<long>();
            return Enumerable.Range(0, 40).All(_ =>
            {
                rungs.Add(race.Next(random.NextDouble(), totalSteps: 1_000).Steps);
                return Directory.GetDirectories(_checkpoints).Length <= factor * rungs.Count;
            });
        }));

    [TestMethod]
    public void Checkpoints_that_cannot_be_deleted_are_left_until_they_can_be()
    {
        var race = new Race(this, rungs: 2, factor: 2);
        var stuck = Path.Combine(_checkpoints, "configuration-0000");
        Undeletable.Make(stuck);

        race.Next(loss: double.MaxValue);
        Assert.IsTrue(Directory.Exists(stuck));
        Undeletable.Free(stuck);
        race.Next(loss: 1);

        Assert.IsFalse(Directory.Exists(stuck));
    }

    /// <summary>A tuner that hears made-up losses.</summary>
    private sealed class Race
    {
        private readonly ITuner _tuner;
        private int _trials;

        public Race(SuccessiveHalvingRuleTests test, int rungs, int factor, SweepablePipeline? pipeline = null)
        {
            pipeline ??= test._pipeline;
            _tuner = new SuccessiveHalvingTuner(new SearchSpace.SearchSpace { ["_pipeline_"] = pipeline.SearchSpace }, pipeline, test._checkpoints, factor, rungs, seed: 1);
        }

        /// <summary>Lets the tuner propose a trial, makes as many steps as it may, and tells the tuner what came of it.</summary>
        public Trial Next(double loss, long totalSteps = 90) => Next(_ => loss, totalSteps);

        /// <summary>Lets the tuner propose a trial, makes as many steps as it may, and tells the tuner what came of it.</summary>
        /// <param name="lossOf">The loss of a configuration, by its number.</param>
        /// <param name="totalSteps">The steps that the configuration would make.</param>
        public Trial Next(Func<int, double> lossOf, long totalSteps)
        {
            var settings = new TrialSettings { TrialId = _trials++ };
            settings.Parameter = _tuner.Propose(settings);
            var trainer = settings.Parameter["_pipeline_"]["e1"];
            var budget = TrialBudget.Of(trainer)!;
            var limit = budget.Steps ?? TrialBudget.PartOf(totalSteps, budget.Divisor);
            budget.Report(Math.Min(limit, totalSteps), totalSteps);
            Directory.CreateDirectory(budget.CheckpointDirectory);
            var folder = Path.GetDirectoryName(budget.CheckpointDirectory)!;
            var number = int.Parse(Path.GetFileName(folder)[^4..], CultureInfo.InvariantCulture);
            _tuner.Update(new TrialResult { TrialSettings = settings, Loss = lossOf(number) });
            return new Trial(number, budget.StepsMade!.Value, budget.Continues, trainer["LearningRate"].AsType<double>(), trainer["BatchSize"].AsType<int>(), folder);
        }
    }

    /// <summary>A trial: of which configuration, and how far it went.</summary>
    private sealed record Trial(int Number, long Steps, bool Continues, double LearningRate, int BatchSize, string Directory);
}
