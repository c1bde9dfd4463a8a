using Microsoft.ML.BlockLlm.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>Whatever is done through the context, as many tensors live afterwards as before; none is left to the garbage collector.</summary>
[TestClass]
[DoNotParallelize]
public sealed class LeakTests
{
    private readonly MLContext _ml = new(seed: 1);

    /// <summary>What other tests left to the garbage collector must not leave while this one counts.</summary>
    [TestInitialize]
    public void ReleaseWhatOthersLeft()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    [TestMethod]
    public void A_pipeline_that_is_fitted_used_and_disposed() => LeavesNoTensorBehind(() =>
    {
        var data = _ml.Data.LoadFromEnumerable(Message.Make(48));
        var pipeline = _ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(Pipelines.Trainer(_ml))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        var model = pipeline.Fit(data);
        _ml.MulticlassClassification.Evaluate(model.Transform(data));
        using var engine = _ml.Model.CreatePredictionEngine<Message, Prediction>(model);
        engine.Predict(new Message { Text = "hello" });
        (model as IDisposable)!.Dispose();
    });

    [TestMethod]
    public void A_fit_with_validation_accumulation_and_a_new_selection_every_other_step() => LeavesNoTensorBehind(() =>
    {
        var data = Pipelines.Keyed(_ml);
        var options = Pipelines.Options with
        {
            Epochs = 4,
            ValidationSet = data,
            Training = new TrainingOptions { GradientAccumulation = 2, Recompute = Recompute.All },
            Optimizer = new() { Reselection = new Optimizers.ReselectionRule.FixedPeriod(2), MaxGradientNorm = 1 },
        };
        Pipelines.Trainer(_ml, options).Fit(data).Dispose();
    });

    [TestMethod]
    public void A_language_model_that_is_fitted_used_and_disposed() => LeavesNoTensorBehind(() =>
    {
        var data = LanguageModels.Verses(_ml);
        using var model = LanguageModels.Trainer(_ml, LanguageModels.Options with { MaxSteps = 3 }).Fit(data);
        LanguageModels.Losses(model, data);
        model.Generate("the cat", new() { MaxNewTokens = 4 });
    });

    [TestMethod]
    public void A_fit_that_is_cancelled_by_an_exception_of_its_observer() => LeavesNoTensorBehind(() =>
    {
        var trainer = Pipelines.Trainer(_ml, Pipelines.Options with { Progress = new Failing() });
        Assert.ThrowsExactly<TimeoutException>(() => trainer.Fit(Pipelines.Keyed(_ml)));
    });

    [TestMethod]
    public void A_model_that_is_saved_loaded_and_disposed()
    {
        var data = Pipelines.Keyed(_ml);
        using var trained = Pipelines.Trainer(_ml).Fit(data);
        LeavesNoTensorBehind(() =>
        {
            using var file = new MemoryStream();
            _ml.Model.Save(trained, data.Schema, file);
            file.Position = 0;
            var loaded = _ml.Model.Load(file, out _);
            Pipelines.Scores(loaded, data);
            (loaded as IDisposable)!.Dispose();
        });
    }

    [TestMethod]
    public void A_hundred_predictions_of_an_engine()
    {
        using var model = Pipelines.Trainer(_ml).Fit(Pipelines.Keyed(_ml));
        using var engine = _ml.Model.CreatePredictionEngine<Message, Score>(model);
        LeavesNoTensorBehind(() =>
        {
            foreach (var message in Message.Make(100))
                engine.Predict(message);
        });
    }

    [TestMethod]
    public void A_cursor_that_is_left_in_the_middle()
    {
        var data = Pipelines.Keyed(_ml);
        using var model = Pipelines.Trainer(_ml).Fit(data);
        LeavesNoTensorBehind(() => Assert.AreEqual(3, _ml.Data.CreateEnumerable<Score>(model.Transform(data), reuseRowObject: false).First().Values.Length));
    }

    private static void LeavesNoTensorBehind(Action use)
    {
        var before = Tensor.TotalCount;
        use();
        Assert.AreEqual(before, Tensor.TotalCount);
    }

    private sealed class Failing : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => throw new TimeoutException();
    }

    private sealed class Prediction
    {
        public string PredictedLabel { get; set; } = "";
    }

    private sealed class Score
    {
        [Data.ColumnName("Score")]
        public float[] Values { get; set; } = [];
    }
}
