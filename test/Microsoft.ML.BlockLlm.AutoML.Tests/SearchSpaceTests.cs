using Microsoft.ML.AutoML;
using Microsoft.ML.BlockLlm.Tests;
using Microsoft.ML.BlockLlm.Training;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.BlockLlm.AutoML.Tests;

[TestClass]
public sealed class SearchSpaceTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void A_sweep_varies_six_options()
    {
        var space = Space(Sweeps.Options);

        CollectionAssert.AreEquivalent(new[] { "Method", "LearningRate", "Sparsity", "Patience", "Epochs", "BatchSize" }, space.Keys.ToArray());
    }

    [TestMethod]
    public void A_search_begins_at_the_options_own_values()
    {
        var space = Space(Sweeps.Options with { LearningRate = 0.002, Sparsity = 0.93, Epochs = 5, BatchSize = 24, Optimizer = new() { Reselection = new Optimizers.ReselectionRule.LossPatience(7) } });

        var start = space.SampleFromFeatureSpace(space.Default);

        Assert.AreEqual("BlockLlm", start["Method"].AsType<string>());
        Assert.AreEqual(0.002, start["LearningRate"].AsType<double>(), 1e-9);
        Assert.AreEqual(0.93, start["Sparsity"].AsType<double>());
        Assert.AreEqual(5, start["Epochs"].AsType<int>());
        Assert.AreEqual(24, start["BatchSize"].AsType<int>());
        Assert.AreEqual(7, start["Patience"].AsType<int>());
    }

    [TestMethod]
    public void Half_of_the_learning_rates_are_below_the_options_own()
    {
        var space = (UniformDoubleOption)Space(Sweeps.Options with { LearningRate = 0.002 })["LearningRate"];

        Assert.AreEqual(0.5, space.Default.Single(), 1e-9);
        Assert.AreEqual(0.0002, space.SampleFromFeatureSpace([0]).AsType<double>(), 1e-9);
        Assert.AreEqual(0.02, space.SampleFromFeatureSpace([1]).AsType<double>(), 1e-9);
    }

    [TestMethod]
    public void Patience_is_left_out_under_another_rule_of_reselection()
    {
        var space = Space(Sweeps.Options with { Optimizer = new() { Reselection = new Optimizers.ReselectionRule.FixedPeriod(5) } });

        Assert.IsFalse(space.ContainsKey("Patience"));
    }

    [TestMethod]
    public void Epochs_of_a_language_model_are_left_out_where_its_steps_are_set()
    {
        var options = new BlockLlmLanguageModelOptions { Model = TinyLanguageModel.Open(), MaxSteps = 3 };

        var space = _ml.Auto().BlockLlmLanguageModel(options).SearchSpace;

        Assert.IsFalse(space.ContainsKey("Epochs"));
        Assert.IsTrue(space.ContainsKey("LearningRate"));
    }

    [TestMethod]
    public void An_own_entry_takes_the_place_of_the_default_one_and_the_others_stay()
    {
        var space = Space(Sweeps.Options, new() { ["LearningRate"] = new UniformDoubleOption(1e-4, 2e-4) });

        var rate = (UniformDoubleOption)space["LearningRate"];
        Assert.AreEqual(1e-4, rate.Min);
        Assert.AreEqual(2e-4, rate.Max);
        Assert.IsTrue(space.ContainsKey("Sparsity"));
    }

    [TestMethod]
    public void An_entry_of_unknown_name_is_refused_with_the_names_that_exist()
    {
        var error = Assert.ThrowsException<ArgumentException>(() => Space(Sweeps.Options, new() { ["Learningrate"] = new UniformDoubleOption(1e-4, 1e-3) }));

        StringAssert.Contains(error.Message, "'Learningrate'");
        StringAssert.Contains(error.Message, "LearningRate, Sparsity");
    }

    [TestMethod]
    [DataRow("Sparsity", 1.5)]
    [DataRow("LearningRate", -1.0)]
    [DataRow("Epochs", 0)]
    [DataRow("Epochs", 2.5)]
    [DataRow("BatchSize", "many")]
    public void A_value_that_the_trainer_does_not_take_is_refused_before_the_sweep(string name, object value)
    {
        var error = Assert.ThrowsException<ArgumentException>(() => Space(Sweeps.Options, new() { [name] = new ChoiceOption(value) }));

        StringAssert.Contains(error.Message, $"entry '{name}'");
    }

    [TestMethod]
    public void Values_of_a_search_space_reach_the_trainer()
    {
        var values = TrainerValues.Of(Sampled(("LearningRate", 0.5), ("Sparsity", 0.25), ("Patience", 3), ("Epochs", 2), ("BatchSize", 5)));

        var options = values.ApplyTo(Sweeps.Options);

        Assert.AreEqual(0.5, options.LearningRate);
        Assert.AreEqual(0.25, options.Sparsity);
        Assert.AreEqual(new Optimizers.ReselectionRule.LossPatience(3), options.Optimizer.Reselection);
        Assert.AreEqual(2, options.Epochs);
        Assert.AreEqual(5, options.BatchSize);
        Assert.AreEqual(1, options.Optimizer.MaxGradientNorm);
    }

    [TestMethod]
    public void Methods_are_named_and_those_tried_by_default_take_little_memory()
    {
        CollectionAssert.AreEqual(new[] { "BlockLlm", "Lora" }, Methods(Space(Sweeps.Options)));
        CollectionAssert.AreEqual(new[] { "BlockLlm", "AdamW", "Sgd" }, Methods(Space(Sweeps.Options, new() { ["Method"] = new ChoiceOption("BlockLlm", "AdamW", "Sgd") })));
    }

    [TestMethod]
    public void Every_method_may_be_named()
    {
        var names = TrainingMethod.All.Select(method => method.Name).ToArray();

        var space = Space(Sweeps.Options, new() { ["Method"] = new ChoiceOption(names) });

        CollectionAssert.AreEqual(names, Methods(space));
        foreach (var name in names)
            Assert.AreEqual(name, TrainerValues.Of(Sampled(("Method", name))).ApplyTo(Sweeps.Options).Method.Name);
    }

    [TestMethod]
    public void A_swept_method_takes_what_is_its_own_and_leaves_the_rest()
    {
        var blockLlm = TrainerValues.Of(Sampled(("Method", "BlockLlm"), ("Sparsity", 0.25), ("LearningRate", 0.5))).ApplyTo(Sweeps.Options);
        var adamW = TrainerValues.Of(Sampled(("Method", "AdamW"), ("Sparsity", 0.25), ("LearningRate", 0.5))).ApplyTo(Sweeps.Options);

        Assert.AreEqual(0.25, blockLlm.Sparsity);
        Assert.AreEqual(TrainingMethod.AdamW() with { LearningRate = 0.5 }, adamW.Method);
    }

    [TestMethod]
    public void A_method_that_does_not_suit_the_model_is_not_varied_and_refused()
    {
        var options = Sweeps.Options with { FreezeEmbeddings = false };

        Assert.IsFalse(Space(options).ContainsKey("Method"));
        var error = Assert.ThrowsException<ArgumentException>(() => Space(options, new() { ["Method"] = new ChoiceOption("BlockLlm", "Lora") }));
        StringAssert.Contains(error.Message, "FreezeEmbeddings");
    }

    [TestMethod]
    public void An_unknown_method_is_refused_with_those_that_exist()
    {
        var error = Assert.ThrowsException<ArgumentException>(() => Space(Sweeps.Options, new() { ["Method"] = new ChoiceOption("Adam") }));

        StringAssert.Contains(error.Message, "There is no training method 'Adam'. It must be one of BlockLlm, AdamW");
    }

    [TestMethod]
    public void What_is_BlockLlms_alone_is_not_varied_with_another_method()
    {
        var space = Space(Sweeps.Options with { Method = TrainingMethod.AdamW() });

        CollectionAssert.AreEquivalent(new[] { "LearningRate", "Epochs", "BatchSize" }, space.Keys.ToArray());
    }

    [TestMethod]
    public void Options_that_a_sweep_does_not_vary_stay()
    {
        var options = Sweeps.Options with { Epochs = 7, LearningRate = 0.3 };

        var applied = TrainerValues.Of(Sampled(("Sparsity", 0.5))).ApplyTo(options);

        Assert.AreEqual(7, applied.Epochs);
        Assert.AreEqual(0.3, applied.LearningRate);
    }

    [TestMethod]
    public void Checkpoints_that_trials_would_share_are_refused()
    {
        var options = Sweeps.Options with { Checkpoints = new() { Directory = "somewhere" } };

        StringAssert.Contains(Assert.ThrowsException<ArgumentException>(() => Space(options)).Message, "Checkpoints");
    }

    [TestMethod]
    public void A_policy_that_goes_back_to_checkpoints_is_refused()
    {
        var options = Sweeps.Options with { Training = new() { OnNonFinite = NonFinitePolicy.RollBack } };

        StringAssert.Contains(Assert.ThrowsException<ArgumentException>(() => Space(options)).Message, "OnNonFinite is RollBack in the options of a sweep");
    }

    [TestMethod]
    public void A_cancellation_token_that_would_end_trials_but_not_the_sweep_is_refused()
    {
        using var cancellation = new CancellationTokenSource();
        var options = new BlockLlmLanguageModelOptions { Model = TinyLanguageModel.Open(), CancellationToken = cancellation.Token };

        StringAssert.Contains(Assert.ThrowsException<ArgumentException>(() => _ml.Auto().BlockLlmLanguageModel(options)).Message, "RunAsync");
        StringAssert.Contains(Assert.ThrowsException<ArgumentException>(() => Space(Sweeps.Options with { CancellationToken = cancellation.Token })).Message, "RunAsync");
    }

    private static string[] Methods(SearchSpace.SearchSpace space) => [.. ((ChoiceOption)space["Method"]).Choices.Select(choice => choice.AsType<string>())];

    private SearchSpace.SearchSpace Space(BlockLlmTextClassificationOptions options, SearchSpace.SearchSpace? own = null) =>
        _ml.Auto().BlockLlmTextClassification(options, own).SearchSpace;

    private static SearchSpace.Parameter Sampled(params (string Name, object Value)[] values) => SearchSpace.Parameter.CreateNestedParameter(
        [.. values.Select(value => KeyValuePair.Create(value.Name, SearchSpace.Parameter.FromObject(value.Value)))]);
}
