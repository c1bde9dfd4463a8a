using FsCheck.Fluent;
using Microsoft.ML.AutoML;
using Microsoft.ML.BlockLlm.Training;
using Microsoft.ML.Data;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.BlockLlm.AutoML.Tests;

/// <summary>The rules by which configurations go on, with losses made up; and whole sweeps.</summary>
[TestClass]
public sealed class SuccessiveHalvingTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly SweepMonitor _monitor = new();
    private readonly string _checkpoints = Path.Combine(Path.GetTempPath(), "blockllm-tests", "halving-" + Guid.NewGuid().ToString("N"));

    [TestCleanup]
    public void DeleteCheckpoints()
    {
        if (Directory.Exists(_checkpoints))
            Directory.Delete(_checkpoints, recursive: true);
    }

    [TestMethod]
    public void The_first_configuration_is_that_of_the_options_for_the_least_share_of_its_steps()
    {
        var first = new Race(this, rungs: 3, factor: 3).Next(loss: 1);

        Assert.AreEqual(1.0 / 9, first.Share, 1e-12);
        Assert.AreEqual(Sweeps.Options.LearningRate, first.LearningRate, 1e-9);
    }

    [TestMethod]
    public void The_best_of_three_goes_on_for_three_times_as_many_steps()
    {
        var race = new Race(this, rungs: 3, factor: 3);
        var (_, second, _) = (race.Next(loss: 3), race.Next(loss: 1), race.Next(loss: 2));

        var next = race.Next(loss: 1);

        Assert.AreEqual(1.0 / 3, next.Share, 1e-12);
        Assert.AreEqual(second.LearningRate, next.LearningRate);
        Assert.AreEqual(second.Directory, next.Directory);
    }

    [TestMethod]
    public void A_configuration_that_failed_does_not_go_on()
    {
        var race = new Race(this, rungs: 2, factor: 2);
        race.Next(double.MaxValue);
        race.Next(double.MaxValue);

        Assert.AreEqual(0.5, race.Next(loss: 1).Share);
    }

    [TestMethod]
    public void Who_goes_on_is_among_the_best_of_its_rung() =>
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll(Gen.Choose(0, 10_000).ToArbitrary(), Gen.Choose(2, 4).ToArbitrary(), Gen.Choose(2, 4).ToArbitrary(), (seed, factor, rungs) =>
        {
            var race = new Race(this, rungs, factor);
            var random = new Random(seed);
            var measured = Enumerable.Range(0, rungs).Select(_ => new List<double>()).ToArray();
            var reached = new Dictionary<string, (int Rung, double Loss)>();
            return Enumerable.Range(0, 60).All(_ =>
            {
                var loss = random.NextDouble();
                var configuration = race.Next(loss).Directory;
                var goesOn = reached.TryGetValue(configuration, out var last);
                var isAmongTheBest = !goesOn || measured[last.Rung].Count(other => other < last.Loss) < measured[last.Rung].Count / factor;
                var rung = goesOn ? last.Rung + 1 : 0;
                measured[rung].Add(loss);
                reached[configuration] = (rung, loss);
                return isAmongTheBest;
            });
        }));

    [TestMethod]
    public void A_configuration_that_went_on_from_its_checkpoints_is_the_model_that_a_full_fit_gives()
    {
        var pipeline = Pipeline();
        var result = Experiment(pipeline).SetMulticlassClassificationMetric(MulticlassClassificationMetric.LogLoss, labelColumn: "Label").SetMaxModelToExplore(3).Run();
        Assert.AreEqual("1", _monitor.Best!.Parameters["Share"], "The test needs a sweep whose best trial made all its steps.");
        using var refitted = pipeline.BuildFromTrial(_ml, result).Fit(Sweeps.Messages(_ml));

        CollectionAssert.AreEqual(Scores(refitted), Scores(result.Model));
        result.DisposeModel();
    }

    [TestMethod]
    public void No_step_is_made_twice()
    {
        var steps = new StepNumbers();
        Experiment(Pipeline(Sweeps.Options with { Progress = steps })).SetMaxModelToExplore(3).Run().DisposeModel();

        // Two configurations for half of their six steps, and the better one for the other half.
        CollectionAssert.AreEqual(new long[] { 1, 2, 3, 1, 2, 3, 4, 5, 6 }, steps.Numbers);
    }

    [TestMethod]
    public void Checkpoints_of_configurations_that_made_all_their_steps_are_deleted()
    {
        Experiment(Pipeline()).SetMaxModelToExplore(3).Run().DisposeModel();

        Assert.AreEqual(1, Directory.GetDirectories(_checkpoints).Length);
    }

    [TestMethod]
    public void A_pipeline_without_a_trainer_of_this_library_is_refused()
    {
        var pipeline = _ml.Transforms.Conversion.MapValueToKey("Label").Append(new SweepableEstimator((context, _) => context.Transforms.CopyColumns("Copy", "Text"), new SearchSpace.SearchSpace()));

        var error = Assert.ThrowsException<AggregateException>(() => Experiment(pipeline).Run()).InnerException!;

        StringAssert.Contains(error.Message, "no sweepable BlockLLM trainer");
    }

    [TestMethod]
    public void Folds_are_refused()
    {
        var experiment = Experiment(Pipeline()).SetDataset(Sweeps.Messages(_ml), fold: 2);

        var error = Assert.ThrowsException<AggregateException>(() => experiment.Run()).InnerException!;

        StringAssert.Contains(error.Message, "cross-validation");
    }

    private SweepablePipeline Pipeline(BlockLlmTextClassificationOptions? options = null) =>
        Sweeps.Pipeline(_ml, options, new() { ["Epochs"] = new ChoiceOption(2), ["BatchSize"] = new ChoiceOption(16) });

    private AutoMLExperiment Experiment(SweepablePipeline pipeline) =>
        Sweeps.Experiment(_ml, pipeline).SetMonitor(_monitor).SetSuccessiveHalvingTuner(_checkpoints, reductionFactor: 2, rungs: 2);

    private float[] Scores(ITransformer model) => [.. model.Transform(Sweeps.Messages(_ml)).GetColumn<float[]>("Score").SelectMany(score => score)];

    /// <summary>A tuner that hears made-up losses.</summary>
    private sealed class Race
    {
        private readonly ITuner _tuner;
        private int _trials;

        public Race(SuccessiveHalvingTests test, int rungs, int factor)
        {
            var pipeline = Sweeps.Pipeline(test._ml);
            _tuner = new SuccessiveHalvingTuner(new SearchSpace.SearchSpace { ["_pipeline_"] = pipeline.SearchSpace }, pipeline, test._checkpoints, factor, rungs, seed: 1);
        }

        /// <summary>Lets the tuner propose a trial, and tells it what came of it.</summary>
        public (double Share, double LearningRate, string Directory) Next(double loss)
        {
            var settings = new TrialSettings { TrialId = _trials++ };
            settings.Parameter = _tuner.Propose(settings);
            _tuner.Update(new TrialResult { TrialSettings = settings, Loss = loss });
            var trainer = settings.Parameter["_pipeline_"]["e1"];
            var budget = TrialBudget.Of(trainer)!;
            return (budget.Share, trainer["LearningRate"].AsType<double>(), budget.CheckpointDirectory);
        }
    }

    private sealed class StepNumbers : IProgress<TrainingProgress>
    {
        public List<long> Numbers { get; } = [];

        public void Report(TrainingProgress value) => Numbers.Add(value.Step);
    }
}
