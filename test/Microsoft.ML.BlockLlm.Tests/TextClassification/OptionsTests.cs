using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tests;

[TestClass]
public sealed class OptionsTests
{
    private static readonly BlockLlmTextClassificationOptions Valid = new() { Model = TinyModel.Open() };

    [TestMethod]
    public void Both_overloads_have_the_same_defaults()
    {
        var catalog = typeof(BlockLlmTextClassificationExtensions).GetMethods().Single(method => method.Name == "BlockLlm" && method.GetParameters().Length > 2);
        var defaults = catalog.GetParameters().Where(parameter => parameter.HasDefaultValue).ToDictionary(parameter => parameter.Name!, parameter => parameter.DefaultValue);

        Assert.AreEqual(Valid.LabelColumnName, defaults["labelColumnName"]);
        Assert.AreEqual(Valid.TextColumnName, defaults["textColumnName"]);
        Assert.AreEqual(Valid.SecondTextColumnName, defaults["secondTextColumnName"]);
        Assert.AreEqual(Valid.Epochs, defaults["epochs"]);
        Assert.AreEqual(Valid.BatchSize, defaults["batchSize"]);
        Assert.AreEqual(Valid.Sparsity, defaults["sparsity"]);
        Assert.AreEqual(Valid.LearningRate, defaults["learningRate"]);
        Assert.AreEqual(Valid.ValidationSet, defaults["validationSet"]);
    }

    [TestMethod]
    public void Short_options_are_those_of_training_and_optimizer()
    {
        var options = Valid with
        {
            Training = new TrainingOptions { WarmupFraction = 0.2 },
            Optimizer = new BlockLlmOptimizerOptions { WeightDecay = 0.1 },
            Epochs = 7,
            BatchSize = 5,
            Sparsity = 0.5,
            LearningRate = 0.2,
        };

        Assert.AreEqual(new TrainingOptions { WarmupFraction = 0.2, Epochs = 7, BatchSize = 5 }, options.Training);
        Assert.AreEqual(0.1, options.Optimizer.WeightDecay);
        Assert.AreEqual(0.5, options.Optimizer.Sparsity);
        Assert.AreEqual(0.2, options.Optimizer.LearningRate);
    }

    [TestMethod]
    public void Short_options_win_whatever_the_order()
    {
        var before = Valid with { Epochs = 7, Sparsity = 0.5, Training = new TrainingOptions { Patience = 2 }, Optimizer = new BlockLlmOptimizerOptions { WeightDecay = 0.1 } };
        var after = Valid with { Training = new TrainingOptions { Patience = 2 }, Optimizer = new BlockLlmOptimizerOptions { WeightDecay = 0.1 }, Epochs = 7, Sparsity = 0.5 };

        Assert.AreEqual(new TrainingOptions { Patience = 2, Epochs = 7 }, before.Training);
        Assert.AreEqual(before.Training, after.Training);
        Assert.AreEqual(0.5, before.Optimizer.Sparsity);
        Assert.AreEqual(0.1, before.Optimizer.WeightDecay);
        Assert.AreEqual(before.Optimizer, after.Optimizer);
    }

    [TestMethod]
    public void A_short_option_that_was_set_to_null_wins_too()
    {
        var options = Valid with { Training = new TrainingOptions { Checkpoints = new CheckpointOptions { Directory = "checkpoints" } } };

        Assert.AreEqual("checkpoints", options.Checkpoints!.Directory);
        Assert.IsNull((options with { Checkpoints = null }).Training.Checkpoints);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(-3)]
    public void Epochs_below_1_are_refused(int value) => Refused(nameof(Valid.Epochs), () => Valid with { Epochs = value });

    [TestMethod]
    [DataRow(0)]
    [DataRow(int.MinValue)]
    public void Batch_sizes_below_1_are_refused(int value) => Refused(nameof(Valid.BatchSize), () => Valid with { BatchSize = value });

    [TestMethod]
    [DataRow(-0.1)]
    [DataRow(1.0)]
    [DataRow(double.NaN)]
    public void Sparsity_outside_0_to_1_is_refused(double value) => Refused(nameof(Valid.Sparsity), () => Valid with { Sparsity = value });

    [TestMethod]
    [DataRow(-1e-3)]
    [DataRow(double.PositiveInfinity)]
    [DataRow(double.NaN)]
    public void Learning_rates_that_are_no_step_are_refused(double value) => Refused(nameof(Valid.LearningRate), () => Valid with { LearningRate = value });

    [TestMethod]
    [DataRow(-0.5)]
    [DataRow(1.0)]
    public void Dropout_outside_0_to_1_is_refused(double value) => Refused(nameof(Valid.Dropout), () => Valid with { Dropout = value });

    [TestMethod]
    public void No_tokens_at_all_are_refused() => Refused(nameof(Valid.MaxTokens), () => Valid with { MaxTokens = 0 });

    [TestMethod]
    public void More_tokens_than_the_model_takes_are_refused() =>
        Refused(nameof(Valid.MaxTokens), () => new MLContext().TextClassification.Trainers.BlockLlm(Valid with { MaxTokens = TinyModel.MaxTokens + 1 }));

    [TestMethod]
    public void A_number_out_of_range_is_named_with_its_value_once()
    {
        (string Option, object Value, Func<object> Make)[] wrong =
        [
            (nameof(Valid.MaxTokens), 4711, () => new MLContext().TextClassification.Trainers.BlockLlm(Valid with { MaxTokens = 4711 })),
            (nameof(Valid.Epochs), -4711, () => Valid with { Epochs = -4711 }),
            (nameof(Valid.Dropout), 47.5, () => Valid with { Dropout = 47.5 }),
            (nameof(Valid.Sparsity), 47.5, () => Valid with { Sparsity = 47.5 }),
            (nameof(Valid.LearningRate), -47.5, () => Valid with { LearningRate = -47.5 }),
            (nameof(BlockLlmOptimizerOptions.MaxGradientNorm), -47.5, () => Valid with { Optimizer = new BlockLlmOptimizerOptions { MaxGradientNorm = -47.5 } }),
            (nameof(TrainingOptions.WarmupFraction), 47.5, () => Valid with { Training = new TrainingOptions { WarmupFraction = 47.5 } }),
        ];
        foreach (var (option, value, make) in wrong)
        {
            var thrown = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => make());
            Assert.AreEqual(option, thrown.ParamName);
            Assert.AreEqual(value, thrown.ActualValue);
            StringAssert.StartsWith(thrown.Message, option);
            Assert.AreEqual(2, thrown.Message.Split($"{value}").Length, thrown.Message);
        }
    }

    [TestMethod]
    [DataRow("")]
    [DataRow(" ")]
    [DataRow(null)]
    public void Empty_column_names_are_refused(string? name)
    {
        Refused(nameof(Valid.LabelColumnName), () => Valid with { LabelColumnName = name! });
        Refused(nameof(Valid.TextColumnName), () => Valid with { TextColumnName = name! });
        Refused(nameof(Valid.PredictedLabelColumnName), () => Valid with { PredictedLabelColumnName = name! });
        Refused(nameof(Valid.ScoreColumnName), () => Valid with { ScoreColumnName = name! });
    }

    [TestMethod]
    public void An_empty_second_text_column_is_refused_but_none_is_fine()
    {
        Refused(nameof(Valid.SecondTextColumnName), () => Valid with { SecondTextColumnName = "" });
        Assert.IsNull((Valid with { SecondTextColumnName = null }).SecondTextColumnName);
    }

    [TestMethod]
    public void Parts_that_must_be_there_are_asked_for_by_name()
    {
        Refused(nameof(Valid.Model), () => Valid with { Model = null! });
        Refused(nameof(Valid.Training), () => Valid with { Training = null! });
        Refused(nameof(Valid.Optimizer), () => Valid with { Optimizer = null! });
    }

    [TestMethod]
    public void Two_outputs_of_one_name_are_refused() =>
        Refused(nameof(Valid.ScoreColumnName), () => new MLContext().TextClassification.Trainers.BlockLlm(Valid with { ScoreColumnName = "PredictedLabel" }));

    private static void Refused(string option, Func<object> make)
    {
        var thrown = Assert.Throws<ArgumentException>(() => make());
        StringAssert.Contains(thrown.Message, option);
    }
}
