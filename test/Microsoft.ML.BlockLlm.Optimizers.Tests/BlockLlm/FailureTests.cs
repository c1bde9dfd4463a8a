using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>What goes wrong is caught before it touches a weight, and said in words.</summary>
[TestClass]
public class FailureTests
{
    private static readonly BlockLlmOptimizerOptions Options = new() { LearningRate = 0.02, Sparsity = 0.8, AlwaysActive = ["head.bias"], Reselection = new ReselectionRule.FixedPeriod(5) };

    [TestMethod]
    [DataRow(0)]
    [DataRow(2)]
    public void A_loss_that_is_not_finite_changes_nothing(int step) => ChangesNothing(step, (_, _) => double.NaN, "The loss is NaN at update");

    [TestMethod]
    [DataRow(0)]
    [DataRow(2)]
    [DataRow(5)]
    public void A_gradient_that_is_not_finite_changes_nothing_and_is_named(int step) =>
        ChangesNothing(
            step,
            (model, optimizer) =>
            {
                foreach (var (_, parameter) in model.Parameters.Where(entry => entry.name.EndsWith("weight", StringComparison.Ordinal)))
                    parameter.grad?.fill_(float.PositiveInfinity);
                return 1;
            },
            "weight' is not finite at update");

    [TestMethod]
    [DataRow(0)]
    [DataRow(0.5)]
    public void What_is_discarded_amid_a_probe_or_a_selection_leaves_no_trace(double normSmoothing)
    {
        var options = Options with { NormSmoothing = normSmoothing };
        using var model = new Mlp();
        using var twin = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, options);
        using var twinOptimizer = new BlockLlmOptimizer(twin.Parameters, options);
        var needed = model.Parameters.Where(entry => optimizer.NeedsGradient(entry.parameter)).ToArray();
        Offer(optimizer.Probe, needed[..1]);
        optimizer.Discard();
        Offer(optimizer.Probe, needed);
        optimizer.EndProbe();
        Offer(optimizer.Accumulate, [.. model.Parameters.Where(entry => optimizer.NeedsGradient(entry.parameter)).Take(1)]);
        optimizer.Discard();

        for (int step = 0; step < 7; step++)
        {
            model.StagewiseStep(optimizer, step);
            twin.StagewiseStep(twinOptimizer, step);
        }

        WeightAssert.AreSameBits(twin.Weights(), model.Weights());
        CollectionAssert.AreEqual(SavedState.Save(twinOptimizer), SavedState.Save(optimizer));

        static void Offer(Action<Parameter, Tensor> receive, (string name, Parameter parameter)[] parameters)
        {
            foreach (var (_, parameter) in parameters)
            {
                using var gradient = ones_like(parameter);
                receive(parameter, gradient);
            }
        }
    }

    [TestMethod]
    public void A_gradient_that_is_not_finite_only_after_the_probe_changes_nothing()
    {
        using var model = new Mlp();
        using var twin = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options);
        using var twinOptimizer = new BlockLlmOptimizer(twin.Parameters, Options);
        model.PlainStep(optimizer, 0);
        twin.PlainStep(twinOptimizer, 0);
        for (int step = 1; step < 5; step++)
        {
            model.StagewiseStep(optimizer, step);
            twin.StagewiseStep(twinOptimizer, step);
        }

        Assert.IsTrue(optimizer.NeedsProbe);
        foreach (var (_, parameter) in model.Parameters.Where(entry => optimizer.NeedsGradient(entry.parameter)))
        {
            using var gradient = ones_like(parameter);
            optimizer.Probe(parameter, gradient);
        }

        optimizer.EndProbe();
        using var bias = ones_like(model["head.bias"]);
        optimizer.Accumulate(model["head.bias"], bias);
        var needed = model.Parameters.First(entry => entry.name != "head.bias" && optimizer.NeedsGradient(entry.parameter));
        using var infinite = full_like(needed.parameter, float.NaN);
        StringAssert.Contains(Assert.ThrowsException<NonFiniteGradientException>(() => optimizer.Accumulate(needed.parameter, infinite)).Message, $"'{needed.name}'");
        WeightAssert.AreSameBits(twin.Weights(), model.Weights());

        // The selection is repeated, with nothing left of the failed one.
        Assert.IsTrue(optimizer.NeedsProbe);
        var report = model.StagewiseStep(optimizer, 5);
        Assert.AreEqual(optimizer.Budget + 3, report.ActiveCoordinates);
        Assert.IsTrue(report.GradientNorm < 10);
    }

    [TestMethod]
    public void A_step_without_any_gradient_is_refused()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options);
        StringAssert.Contains(Assert.ThrowsException<InvalidOperationException>(() => optimizer.step(1.0)).Message, "Update 1 has no gradients");
        Assert.IsTrue(optimizer.NeedsProbe);
        Assert.IsTrue(model.PlainStep(optimizer, 0).Reselected);
    }

    [TestMethod]
    public void A_loss_that_is_not_finite_after_a_probe_without_gradients_leaves_the_selection_to_come()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options);
        model["head.bias"].grad = ones_like(model["head.bias"]);
        Assert.ThrowsException<NonFiniteGradientException>(() => optimizer.step(double.NaN));
        Assert.IsTrue(optimizer.NeedsProbe);
        Assert.IsTrue(model.PlainStep(optimizer, 0).Reselected);
    }

    [TestMethod]
    public void Between_a_probe_without_gradients_and_its_update_no_state_is_saved()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options);
        optimizer.EndProbe();
        StringAssert.Contains(Assert.ThrowsException<InvalidOperationException>(() => SavedState.SaveWhole(optimizer)).Message, "right after an update");
    }

    [TestMethod]
    public void A_parameter_of_another_type_is_refused_by_name()
    {
        using var parameter = new Parameter(zeros(4, dtype: ScalarType.Float64), true);
        Refused([("w", parameter)], null, "'w' holds Float64");
    }

    [TestMethod]
    public void A_parameter_that_is_not_contiguous_is_refused_by_name()
    {
        using var weights = zeros(4, 3);
        using var parameter = new Parameter(weights.t(), true);
        Refused([("w", parameter)], null, "'w' is not contiguous");
    }

    [TestMethod]
    public void A_parameter_beyond_the_reach_of_the_index_is_refused_by_name()
    {
        using var weights = empty(1L << 31, device: META);
        using var parameter = new Parameter(weights, true);
        Refused([("w", parameter)], null, "'w' holds 2,147,483,648 weights");
    }

    [TestMethod]
    public void Equal_names_are_refused()
    {
        using var one = new Parameter(zeros(4), true);
        using var other = new Parameter(zeros(4), true);
        Refused([("w", one), ("w", other)], null, "Two parameters are named 'w'");
    }

    [TestMethod]
    public void No_parameters_are_refused() => Refused([], null, "There are no parameters");

    [TestMethod]
    public void Nothing_to_train_is_refused()
    {
        using var parameter = new Parameter(zeros(4), true);
        Refused([("w", parameter)], new() { Frozen = ["*"] }, "Every parameter is frozen");
    }

    [TestMethod]
    public void A_parameter_both_frozen_and_always_active_is_refused()
    {
        using var parameter = new Parameter(zeros(4), true);
        Refused([("head.weight", parameter)], new() { Frozen = ["*.weight"], AlwaysActive = ["head.*"] }, "'head.weight' is always active and frozen at once");
    }

    [TestMethod]
    public void A_gradient_of_another_shape_is_refused_by_name()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options);
        using var gradient = zeros(5);
        StringAssert.Contains(
            Assert.ThrowsException<ArgumentException>(() => optimizer.Probe(model["hidden.bias"], gradient)).Message,
            "'hidden.bias' is Float32 [5]; it must be Float32 [16]");
    }

    [TestMethod]
    public void Options_outside_their_range_are_refused_by_name()
    {
        using var parameter = new Parameter(zeros(4), true);
        (BlockLlmOptimizerOptions Options, string Option, object Value, string Range)[] wrong =
        [
            (new() { Sparsity = 1 }, "Sparsity", 1.0, "at least 0 and below 1"),
            (new() { Sparsity = double.NaN }, "Sparsity", double.NaN, "at least 0 and below 1"),
            (new() { TakeFactor = 0.5 }, "TakeFactor", 0.5, "a finite number of at least 1"),
            (new() { NormSmoothing = 1 }, "NormSmoothing", 1.0, "at least 0 and below 1"),
            (new() { Norms = new GradientNormSource.SampledBlocks(0) }, "Count", 0, "at least 1: an update measures so many blocks"),
            (new() { MaxBlockShare = 0 }, "MaxBlockShare", 0.0, "above 0 and at most 1"),
            (new() { StepCosts = new Dictionary<string, double> { ["w"] = 0 } }, "StepCosts[\"w\"]", 0.0, "a finite number above 0"),
            (new() { SignStepRate = -0.1 }, "SignStepRate", -0.1, "a finite number of at least 0"),
            (new() { LearningRate = -1 }, "LearningRate", -1.0, "a finite number of at least 0"),
            (new() { Beta1 = 1 }, "Beta1", 1.0, "at least 0 and below 1"),
            (new() { Beta2 = -0.1 }, "Beta2", -0.1, "at least 0 and below 1"),
            (new() { Epsilon = -1 }, "Epsilon", -1.0, "a finite number of at least 0"),
            (new() { WeightDecay = double.PositiveInfinity }, "WeightDecay", double.PositiveInfinity, "a finite number of at least 0"),
            (new() { MaxGradientNorm = 0 }, "MaxGradientNorm", 0.0, "positive, or null for no clipping"),
            (new() { LowPrecision = (LowPrecision)9 }, "LowPrecision", (LowPrecision)9, "one of MasterWeights, StochasticRounding"),
            (new() { Granularity = (BlockGranularity)9 }, "Granularity", (BlockGranularity)9, "one of Module, Tensor, Layer"),
            (new() { Reselection = new ReselectionRule.LossPatience(0) }, "Patience", 0, "at least 1 update"),
            (new() { Reselection = new ReselectionRule.LossPlateau(Tolerance: 1) }, "Tolerance", 1.0, "at least 0 and below 1"),
            (new() { Groups = [new("w") { LearningRate = -2 }] }, "Groups[\"w\"].LearningRate", -2.0, "a finite number of at least 0"),
        ];
        foreach (var (options, option, value, range) in wrong)
        {
            var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new BlockLlmOptimizer([("w", parameter)], options));
            Assert.AreEqual(option, error.ParamName);
            Assert.AreEqual(value, error.ActualValue);
            StringAssert.StartsWith(error.Message, $"{option} must be {range}.");
        }
    }

    [TestMethod]
    public void Options_that_are_null_are_asked_for_by_name()
    {
        using var parameter = new Parameter(zeros(4), true);
        (BlockLlmOptimizerOptions Options, string Option)[] missing =
        [
            (new() { Frozen = null! }, "Frozen"), (new() { Groups = null! }, "Groups"), (new() { AlwaysActive = null! }, "AlwaysActive"),
            (new() { Reselection = null! }, "Reselection"), (new() { Norms = null! }, "Norms"),
        ];
        foreach (var (options, option) in missing)
        {
            var error = Assert.ThrowsExactly<ArgumentNullException>(() => _ = new BlockLlmOptimizer([("w", parameter)], options));
            StringAssert.StartsWith(error.Message, $"{option} must be a ");
            StringAssert.Contains(error.Message, "; leave it out for the default.");
        }
    }

    [TestMethod]
    public void A_pattern_that_matches_no_parameter_is_refused()
    {
        using var parameter = new Parameter(zeros(4), true);
        Refused([("w", parameter)], new() { Groups = [new("v")] }, "Groups: the pattern 'v' matches no parameter");
    }

    private static void Refused((string, Parameter)[] parameters, BlockLlmOptimizerOptions? options, string error) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => _ = new BlockLlmOptimizer(parameters, options)).Message, error);

    /// <summary>Breaks one plain step, and compares what follows with a run that skips that step.</summary>
    private static void ChangesNothing(int step, Func<Mlp, BlockLlmOptimizer, double> breakStep, string error)
    {
        using var model = new Mlp();
        using var skipping = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options);
        using var skippingOptimizer = new BlockLlmOptimizer(skipping.Parameters, Options);
        for (int i = 0; i < 12; i++)
        {
            if (i == step)
            {
                optimizer.zero_grad();
                using var loss = model.Loss(i);
                loss.backward();
                double broken = breakStep(model, optimizer);
                StringAssert.Contains(Assert.ThrowsException<NonFiniteGradientException>(() => optimizer.step(broken)).Message, error);
            }
            else
            {
                model.PlainStep(optimizer, i);
                skipping.PlainStep(skippingOptimizer, i);
            }

            WeightAssert.AreSameBits(skipping.Weights(), model.Weights());
        }
    }
}
