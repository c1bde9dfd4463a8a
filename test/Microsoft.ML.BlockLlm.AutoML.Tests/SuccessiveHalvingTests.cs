using Microsoft.ML.AutoML;
using Microsoft.ML.BlockLlm.Tests;
using Microsoft.ML.BlockLlm.Training;
using Microsoft.ML.Data;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.BlockLlm.AutoML.Tests;

/// <summary>Whole sweeps by successive halving.</summary>
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
    public void A_configuration_that_went_on_from_its_checkpoints_is_the_model_that_a_full_fit_gives()
    {
        var pipeline = Pipeline();
        var result = Experiment(pipeline).SetMulticlassClassificationMetric(MulticlassClassificationMetric.LogLoss, labelColumn: "Label").SetMaxModelToExplore(3).Run();
        Assert.AreEqual("6/6", _monitor.Best!.Parameters["Steps"], "The test needs a sweep whose best trial made all its steps.");
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
    public void A_language_model_is_held_to_its_steps_too()
    {
        var steps = new StepNumbers();
        var options = new BlockLlmLanguageModelOptions { Model = TinyLanguageModel.Open(), MaxSteps = 4, BatchSize = 4, Progress = steps };
        var data = _ml.Data.LoadFromEnumerable(Verse.Make(40));
        var pipeline = _ml.Auto().BlockLlmLanguageModel(options).Append(_ml.Transforms.CopyColumns("Copy", "Text"));

        _ml.Auto().CreateExperiment().SetDataset(data, data).SetBlockLlmPipeline(pipeline, LanguageModelingMetric.Loss)
            .SetSuccessiveHalvingTuner(_checkpoints, reductionFactor: 2, rungs: 2).SetMaxModelToExplore(3).Run().DisposeModel();

        CollectionAssert.AreEqual(new long[] { 1, 2, 1, 2, 3, 4 }, steps.Numbers);
    }

    [TestMethod]
    public void Checkpoints_of_configurations_that_made_all_their_steps_are_deleted()
    {
        Experiment(Pipeline()).SetMaxModelToExplore(3).Run().DisposeModel();

        Assert.AreEqual(1, Directory.GetDirectories(_checkpoints).Length);
    }

    [TestMethod]
    public void A_checkpoint_that_cannot_be_deleted_costs_no_model()
    {
        var stuck = Path.Combine(_checkpoints, "configuration-0000");
        var monitor = new SweepMonitor(new AtStart(() => Undeletable.Make(stuck)));

        var result = Experiment(Pipeline()).SetMonitor(monitor).SetMaxModelToExplore(6).Run();

        Assert.AreEqual(6, monitor.Trials.Count(trial => trial.Metric is not null), monitor.ToString());
        Assert.AreEqual(result.Metric, _ml.MulticlassClassification.Evaluate(result.Model.Transform(Sweeps.Messages(_ml, 30))).MicroAccuracy);
        Undeletable.Free(stuck);
        result.DisposeModel();
    }

    [TestMethod]
    public void Checkpoints_of_an_earlier_sweep_are_not_gone_on_from()
    {
        for (var sweep = 0; sweep < 2; sweep++)
        {
            var steps = new StepNumbers();
            Experiment(Pipeline(Sweeps.Options with { Progress = steps })).SetMaxModelToExplore(2).Run().DisposeModel();

            CollectionAssert.AreEqual(new long[] { 1, 2, 3, 1, 2, 3 }, steps.Numbers);
        }
    }

    [TestMethod]
    public void A_pipeline_without_a_trainer_of_this_library_is_refused()
    {
        var pipeline = _ml.Transforms.Conversion.MapValueToKey("Label").Append(new SweepableEstimator((context, _) => context.Transforms.CopyColumns("Copy", "Text"), new SearchSpace.SearchSpace()));

        var error = Assert.ThrowsException<AggregateException>(() => Experiment(pipeline).Run()).InnerException!;

        StringAssert.Contains(error.Message, "no sweepable BlockLLM trainer");
    }

    [TestMethod]
    public void A_folder_that_cannot_be_made_ends_the_sweep_before_its_first_trial()
    {
        Directory.CreateDirectory(_checkpoints);
        var file = Path.Combine(_checkpoints, "file");
        File.WriteAllText(file, "");
        var experiment = Experiment(Pipeline()).SetSuccessiveHalvingTuner(Path.Combine(file, "checkpoints"));

        var error = Assert.ThrowsException<AggregateException>(() => experiment.Run()).InnerException!;

        StringAssert.Contains(error.Message, "Configurations cannot wait in the folder");
        Assert.AreEqual(0, _monitor.Trials.Count);
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

    private sealed class StepNumbers : IProgress<TrainingProgress>
    {
        public List<long> Numbers { get; } = [];

        public void Report(TrainingProgress value) => Numbers.Add(value.Step);
    }
}
