using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>What every optimizer owes its users, whatever its method.</summary>
[TestClass]
[DoNotParallelize]
public class MethodContractTests
{
    internal static readonly Dictionary<string, Func<Mlp, IReadOnlyList<string>, NamedParameterOptimizer>> Methods = new()
    {
        ["SGD"] = (model, frozen) => new SgdOptimizer(model.Parameters, new() { LearningRate = 0.05, Momentum = 0.9, WeightDecay = 0.01, Frozen = frozen }),
        ["MISA"] = (model, frozen) => new MisaOptimizer(model.Parameters, new() { LearningRate = 0.01, WeightDecay = 0.1, ActiveShare = 1, Period = 4, Frozen = frozen }),
        ["GaLore"] = (model, frozen) => new GaLoreOptimizer(model.Parameters, new() { LearningRate = 0.02, WeightDecay = 0.1, Rank = 2, Scale = 0.5, Period = 4, Frozen = frozen }),
        ["Fira"] = (model, frozen) => new FiraOptimizer(model.Parameters, new() { LearningRate = 0.02, WeightDecay = 0.1, Rank = 2, Period = 4, MaxGradientNorm = 0.5, Frozen = frozen }),
        ["APOLLO"] = (model, frozen) => new ApolloOptimizer(model.Parameters, new() { LearningRate = 0.02, WeightDecay = 0.1, Rank = 2, Period = 4, Frozen = frozen }),
        ["APOLLO-Mini"] = (model, frozen) => new ApolloOptimizer(model.Parameters, ApolloOptimizerOptions.Mini with { LearningRate = 0.005, Period = 4, Frozen = frozen }),
        ["GaLore, 8 bits"] = (model, frozen) => new GaLoreOptimizer(model.Parameters, new() { LearningRate = 0.02, Rank = 2, Period = 4, Moments = MomentPrecision.EightBit, Frozen = frozen }),
        ["FRUGAL, blocks"] = (model, frozen) => new FrugalOptimizer(model.Parameters, new() { LearningRate = 0.01, WeightDecay = 0.1, Density = 0.5, Period = 4, SignStepRate = 0.1, Frozen = frozen }),
        ["FRUGAL, columns"] = (model, frozen) => new FrugalOptimizer(model.Parameters, new() { LearningRate = 0.01, Subspace = FrugalSubspace.Columns, Period = 4, SignStepRate = 0.1, MaxGradientNorm = 0.5, Frozen = frozen }),
    };

    public static IEnumerable<object[]> Names => Methods.Keys.Select(name => new object[] { name });

    [TestInitialize]
    public void ReleaseWhatOthersLeft()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void The_loss_falls(string method)
    {
        using var model = new Mlp();
        using var optimizer = New(method, model);
        double before = LossOfAll(model);
        for (int step = 0; step < 200; step++)
            model.PlainStep(optimizer, step);
        double after = LossOfAll(model);
        Assert.IsTrue(after < 0.9 * before, $"{before} before, {after} after");
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Stagewise_steps_give_the_bits_of_plain_steps(string method)
    {
        using var plain = new Mlp();
        using var stagewise = new Mlp(reversed: true);
        using var plainOptimizer = New(method, plain);
        using var stagewiseOptimizer = New(method, stagewise);
        for (int step = 0; step < 20; step++)
        {
            plain.PlainStep(plainOptimizer, step);
            stagewise.StagewiseStep(stagewiseOptimizer, step);
        }

        WeightAssert.AreSameBits(plain.Weights(), stagewise.Weights());
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void A_state_moved_to_where_it_is_changes_nothing(string method)
    {
        using var model = new Mlp();
        using var moved = new Mlp();
        using var optimizer = New(method, model);
        using var movedOptimizer = New(method, moved);
        for (int step = 0; step < 10; step++)
        {
            model.PlainStep(optimizer, step);
            moved.PlainStep(movedOptimizer, step);
            movedOptimizer.to(CPU);
        }

        WeightAssert.AreSameBits(model.Weights(), moved.Weights());
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void A_resumed_run_gives_the_bits_of_an_uninterrupted_one(string method) =>
        SavedState.AssertExactResume(() => new Mlp(), model => New(method, model));

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void A_resumed_run_of_16_bit_weights_gives_the_bits_of_an_uninterrupted_one(string method) =>
        SavedState.AssertExactResume(() => new Mlp(type: ScalarType.BFloat16), model => New(method, model));

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void A_state_that_breaks_off_changes_nothing(string method)
    {
        using var model = new Mlp();
        using var optimizer = New(method, model);
        for (int step = 0; step < 3; step++)
            model.PlainStep(optimizer, step);
        byte[] other = SavedState.SaveWhole(optimizer);
        for (int step = 3; step < 6; step++)
            model.PlainStep(optimizer, step);
        byte[] before = SavedState.SaveWhole(optimizer);
        optimizer.zero_grad();
        long tensors = Tensor.TotalCount;

        for (int length = 0; length < other.Length; length += 41)
        {
            Assert.Throws<Exception>(() => SavedState.LoadWhole(other[..length], optimizer));
            CollectionAssert.AreEqual(before, SavedState.SaveWhole(optimizer), $"after {length} bytes");
        }

        Assert.AreEqual(tensors, Tensor.TotalCount);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void A_gradient_that_is_not_finite_changes_nothing(string method)
    {
        using var model = new Mlp();
        using var optimizer = New(method, model);
        // At the first update, which chooses, and at a later one.
        for (int step = 0; step < 2; step++)
        {
            var weights = model.Weights();
            byte[] state = SavedState.Save(optimizer);
            foreach (var (name, parameter) in model.Parameters)
            {
                using var values = full(parameter.shape, name == "middle.weight" ? float.NaN : 1);
                parameter.grad = values;
            }

            Assert.ThrowsException<NonFiniteGradientException>(() => optimizer.step(1.0));

            WeightAssert.AreSameBits(weights, model.Weights());
            CollectionAssert.AreEqual(state, SavedState.Save(optimizer));
            model.PlainStep(optimizer, step);
            Assert.IsTrue(model.Weights().Values.All(values => values.All(float.IsFinite)));
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Discarded_gradients_leave_no_trace(string method)
    {
        using var model = new Mlp();
        using var other = new Mlp();
        using var optimizer = New(method, model);
        using var otherOptimizer = New(method, other);
        for (int step = 0; step < 10; step++)
        {
            foreach (var (_, parameter) in other.Parameters)
            {
                using var noise = ones_like(parameter);
                if (otherOptimizer.NeedsGradient(parameter))
                    otherOptimizer.Accumulate(parameter, noise);
            }

            otherOptimizer.Discard();
            model.StagewiseStep(optimizer, step);
            other.StagewiseStep(otherOptimizer, step);
        }

        WeightAssert.AreSameBits(model.Weights(), other.Weights());
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Frozen_parameters_stay_as_they_are(string method)
    {
        using var model = new Mlp();
        var before = model.Weights();
        using var optimizer = New(method, model, "hidden.*", "*.bias");
        model.PlainStep(optimizer, 0);
        var changed = before.Keys.Where(name => !before[name].SequenceEqual(model.Weights()[name]));
        CollectionAssert.AreEquivalent(new[] { "middle.weight", "head.weight" }, changed.ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void A_learning_rate_of_zero_changes_no_weight(string method)
    {
        using var model = new Mlp();
        var before = model.Weights();
        using var optimizer = New(method, model);
        foreach (var group in optimizer.ParamGroups)
            group.LearningRate = 0;
        for (int step = 0; step < 5; step++)
            model.PlainStep(optimizer, step);
        WeightAssert.AreSameBits(before, model.Weights());
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Micro_batches_add_up(string method)
    {
        using var whole = new Mlp();
        using var parts = new Mlp();
        using var wholeOptimizer = New(method, whole);
        using var partsOptimizer = New(method, parts);
        // Twice the same batch at half its weight: the same gradient.
        foreach (var (_, parameter) in parts.Parameters)
        {
            using var positions = arange(parameter.numel(), dtype: ScalarType.Float32);
            using var gradient = positions.square().sin().view(parameter.shape);
            using var half = gradient * 0.5;
            partsOptimizer.Accumulate(parameter, half);
            partsOptimizer.Accumulate(parameter, half);
            wholeOptimizer.Accumulate(whole[parts.Parameters.First(entry => ReferenceEquals(entry.parameter, parameter)).name], gradient);
        }

        Assert.AreEqual(wholeOptimizer.Update(1).GradientNorm, partsOptimizer.Update(1).GradientNorm, 1e-4);
        WeightAssert.AreClose(whole.Weights(), parts.Weights(), 1e-5);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Steps_leave_no_tensor_behind(string method)
    {
        using var model = new Mlp();
        using var optimizer = New(method, model);
        var counts = new List<long>();
        for (int step = 0; step < 160; step++)
        {
            model.StagewiseStep(optimizer, step, microBatches: 2);
            counts.Add(Tensor.TotalCount);
        }

        // What a method holds may differ from choice to choice; all choices come up in either half.
        Assert.AreEqual(counts.Take(80).Max(), counts.Skip(80).Max());
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Disposing_releases_every_tensor(string method)
    {
        using var model = new Mlp();
        long before = Tensor.TotalCount;
        using (var optimizer = New(method, model))
        {
            for (int step = 0; step < 3; step++)
                model.PlainStep(optimizer, step);
            optimizer.zero_grad();
        }

        Assert.AreEqual(before, Tensor.TotalCount);
    }

    private static NamedParameterOptimizer New(string method, Mlp model, params string[] frozen) => Methods[method](model, frozen);

    private static double LossOfAll(Mlp model) => Enumerable.Range(0, 5).Sum(step =>
    {
        using var loss = model.Loss(step);
        return TorchSharp.TensorExtensionMethods.ToDouble(loss);
    });
}
