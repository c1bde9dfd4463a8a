using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

[TestClass]
[DoNotParallelize]
public class BlockwiseOptimizerTests
{
    public static IEnumerable<object[]> Names => BlockwiseMethods.Names;

    [TestInitialize]
    public void ReleaseWhatOthersLeft()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Steps_follow_PyTorch(string method)
    {
        var golden = GoldenBlocks.All.Runs[method];
        using var model = BlockwiseMethods.NewModel();
        using var optimizer = BlockwiseMethods.New(method, model);
        var active = new List<string[]>();
        for (int step = 0; step < golden.Losses.Length; step++)
        {
            using (var loss = model.Loss(step))
                Assert.AreEqual(golden.Losses[step], TorchSharp.TensorExtensionMethods.ToDouble(loss), 1e-5 * golden.Losses[step], $"loss at step {step}");
            var report = model.PlainStep(optimizer, step);
            if (report.Reselected)
                active.Add([.. report.ActiveBlocks]);
        }

        Assert.AreEqual(string.Join('|', golden.Active.Select(blocks => string.Join(' ', blocks))), string.Join('|', active.Select(blocks => string.Join(' ', blocks))));
        WeightAssert.AreGolden(golden.Weights, model.Weights());
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void A_resumed_run_gives_the_bits_of_an_uninterrupted_one(string method) =>
        SavedState.AssertExactResume(() => BlockwiseMethods.NewModel(), model => BlockwiseMethods.New(method, model));

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Stagewise_steps_give_the_bits_of_plain_steps(string method)
    {
        using var plain = BlockwiseMethods.NewModel();
        // An order from input to output is an order of the parameters.
        using var stagewise = BlockwiseMethods.NewModel(reversed: method is not ("badam_ascending" or "badam_descending"));
        using var plainOptimizer = BlockwiseMethods.New(method, plain);
        using var stagewiseOptimizer = BlockwiseMethods.New(method, stagewise);
        for (int step = 0; step < 20; step++)
        {
            plain.PlainStep(plainOptimizer, step);
            stagewise.StagewiseStep(stagewiseOptimizer, step);
        }

        WeightAssert.AreSameBits(plain.Weights(), stagewise.Weights());
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void State_is_eight_bytes_for_each_weight_that_is_trained_and_none_for_the_rest(string method)
    {
        using var model = BlockwiseMethods.NewModel();
        using var optimizer = BlockwiseMethods.New(method, model);
        for (int step = 0; step < 20; step++)
        {
            var report = model.PlainStep(optimizer, step);
            Assert.IsTrue(optimizer.StateBytes <= 8 * report.ActiveCoordinates, $"step {step}");
            Assert.IsTrue(report.ActiveCoordinates < model.Parameters.Sum(entry => entry.parameter.numel()));
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Frozen_parameters_stay_as_they_are(string method)
    {
        using var model = BlockwiseMethods.NewModel();
        var before = model.Weights();
        using var optimizer = BlockwiseMethods.New(method, model, "layers.1.*", "embed.weight");
        for (int step = 0; step < 20; step++)
            model.PlainStep(optimizer, step);

        var changed = before.Keys.Where(name => !before[name].SequenceEqual(model.Weights()[name])).ToArray();
        foreach (var frozen in new[] { "layers.1.weight", "layers.1.bias", "embed.weight" })
            CollectionAssert.DoesNotContain(changed, frozen);
        Assert.IsTrue(changed.Any(name => name.StartsWith("layers.", StringComparison.Ordinal)), string.Join(", ", changed));
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Where_all_but_a_head_is_frozen_plain_backward_passes_make_its_gradients_alone(string method)
    {
        using var model = BlockwiseMethods.NewModel();
        using var optimizer = BlockwiseMethods.New(method, model, "embed.*", "layers.*");
        for (int step = 0; step < 9; step++)
        {
            CollectionAssert.AreEquivalent(new[] { "head.weight", "head.bias" }, model.Parameters.Where(entry => entry.parameter.requires_grad).Select(entry => entry.name).ToArray(), $"step {step}");
            Assert.AreEqual(39, model.PlainStep(optimizer, step).ActiveCoordinates);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void A_gradient_that_is_not_finite_changes_nothing(string method)
    {
        using var model = BlockwiseMethods.NewModel();
        using var optimizer = BlockwiseMethods.New(method, model);
        for (int step = 0; step < 6; step++)
        {
            var weights = model.Weights();
            byte[] state = SavedState.Save(optimizer);
            foreach (var (_, parameter) in model.Parameters)
            {
                using var values = full(parameter.shape, float.NaN);
                parameter.grad = optimizer.NeedsGradient(parameter) ? values : null;
            }

            Assert.ThrowsException<NonFiniteGradientException>(() => optimizer.step(1.0));

            WeightAssert.AreSameBits(weights, model.Weights());
            CollectionAssert.AreEqual(state, SavedState.Save(optimizer));
            model.PlainStep(optimizer, step);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void A_state_that_breaks_off_changes_nothing(string method)
    {
        using var model = BlockwiseMethods.NewModel();
        using var optimizer = BlockwiseMethods.New(method, model);
        for (int step = 0; step < 3; step++)
            model.PlainStep(optimizer, step);
        byte[] state = SavedState.Save(optimizer);
        long tensors = Tensor.TotalCount;

        for (int length = 0; length < state.Length; length += 97)
        {
            Assert.Throws<Exception>(() => SavedState.Load(state[..length], optimizer));
            CollectionAssert.AreEqual(state, SavedState.Save(optimizer), $"after {length} bytes");
        }

        Assert.AreEqual(tensors, Tensor.TotalCount);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Disposing_releases_every_tensor(string method)
    {
        using var model = BlockwiseMethods.NewModel();
        long before = Tensor.TotalCount;
        using (var optimizer = BlockwiseMethods.New(method, model))
        {
            for (int step = 0; step < 9; step++)
                model.PlainStep(optimizer, step);
            optimizer.zero_grad();
        }

        Assert.AreEqual(before, Tensor.TotalCount);
    }

    [TestMethod]
    public void BAdam_trains_every_block_once_in_a_round()
    {
        using var model = BlockwiseMethods.NewModel();
        using var optimizer = BlockwiseMethods.New("badam_random", model);
        for (int step = 0; step < 12; step++)
            model.PlainStep(optimizer, step);

        // The twelfth update has made the first block of the next round active.
        Assert.AreEqual(7, optimizer.Visits.Values.Sum());
        Assert.IsTrue(optimizer.Visits.Values.All(visits => visits is 1 or 2));
    }

    [TestMethod]
    public void Misa_keeps_to_a_budget_that_every_module_fits_into()
    {
        using var model = BlockwiseMethods.NewModel();
        long candidates = model.Parameters.Sum(entry => entry.parameter.numel());
        using var optimizer = new MisaOptimizer(model.Parameters, new() { ActiveShare = 0.4, Period = 1 });
        for (int step = 0; step < 20; step++)
            Assert.IsTrue(model.PlainStep(optimizer, step).ActiveCoordinates <= 0.4 * candidates);
    }

    [TestMethod]
    public void Misa_trains_every_module_in_time_also_those_larger_than_its_budget_and_never_more_than_planned()
    {
        using var model = BlockwiseMethods.NewModel();
        // Of 747 weights the budget is 74; the head has 39, the embedding 84, a layer 156.
        using var optimizer = new MisaOptimizer(model.Parameters, new() { ActiveShare = 0.1, Period = 1 });
        for (int step = 0; step < 60; step++)
            Assert.IsTrue(model.PlainStep(optimizer, step).ActiveCoordinates <= 156);

        Assert.AreEqual(6, optimizer.Visits.Count);
        Assert.IsTrue(optimizer.Visits.Values.All(visits => visits > 0), string.Join(", ", optimizer.Visits));
    }

    [TestMethod]
    public void Lisa_with_as_many_layers_as_there_are_is_AdamW_on_everything()
    {
        using var model = BlockwiseMethods.NewModel();
        using var expected = BlockwiseMethods.NewModel();
        using var optimizer = new LisaOptimizer(model.Parameters, new() { ActiveLayers = 4, Period = 3 });
        using var adamW = new AdamWOptimizer(expected.Parameters);
        for (int step = 0; step < 9; step++)
        {
            model.PlainStep(optimizer, step);
            expected.PlainStep(adamW, step);
        }

        WeightAssert.AreSameBits(expected.Weights(), model.Weights());
    }

    [TestMethod]
    [DataRow(4, "updates")]
    [DataRow(16, "selections")]
    public void A_state_with_a_negative_count_is_refused_before_anything_changes(int place, string counted)
    {
        using var model = BlockwiseMethods.NewModel();
        using var optimizer = BlockwiseMethods.New("lisa", model);
        model.PlainStep(optimizer, 0);
        byte[] state = SavedState.SaveWhole(optimizer);
        // Format, updates, precision of the moments, selections.
        var damaged = (byte[])state.Clone();
        BitConverter.TryWriteBytes(damaged.AsSpan(place), -1L);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => SavedState.LoadWhole(damaged, optimizer));

        StringAssert.Contains(error.Message, $"-1 {counted}");
        CollectionAssert.AreEqual(state, SavedState.SaveWhole(optimizer));
    }

    [TestMethod]
    public void A_state_with_more_active_layers_than_the_options_have_is_refused_before_anything_changes()
    {
        using var model = BlockwiseMethods.NewModel();
        using var other = BlockwiseMethods.NewModel();
        using var optimizer = new LisaOptimizer(model.Parameters, new() { ActiveLayers = 1 });
        using var saved = new LisaOptimizer(other.Parameters, new() { ActiveLayers = 2 });
        model.PlainStep(optimizer, 0);
        other.PlainStep(saved, 0);

        SavedState.AssertRefused(saved, optimizer, "active weights, this optimizer at most");
    }

    [TestMethod]
    public void Misa_refuses_a_state_without_importances_before_anything_changes()
    {
        using var model = BlockwiseMethods.NewModel();
        using var optimizer = BlockwiseMethods.New("misa", model);
        model.PlainStep(optimizer, 0);
        byte[] state = SavedState.SaveWhole(optimizer);
        // Format, updates, precision of the moments, selections, updates of the period, number of modules; of each its name, visits, and whether it is active.
        int place = 4 + 8 + 4 + 8 + 4 + 4 + optimizer.Visits.Keys.Sum(name => 1 + name.Length + 8 + 1);
        var damaged = (byte[])state.Clone();
        BitConverter.TryWriteBytes(damaged.AsSpan(place), double.NaN);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => SavedState.LoadWhole(damaged, optimizer));

        StringAssert.Contains(error.Message, "no usable importance of the module 'embed'");
        CollectionAssert.AreEqual(state, SavedState.SaveWhole(optimizer));
    }

    [TestMethod]
    public void Misa_draws_modules_with_large_gradients_more_often()
    {
        using var model = BlockwiseMethods.NewModel();
        using var optimizer = new MisaOptimizer(model.Parameters, new() { ActiveShare = 0.3, Period = 1, ImportanceFactor = 5 });
        for (int step = 0; step < 300; step++)
        {
            foreach (var (name, parameter) in model.Parameters)
            {
                using var gradient = full_like(parameter, name.StartsWith("layers.2", StringComparison.Ordinal) ? 0.1 : 0.001);
                if (optimizer.NeedsGradient(parameter))
                    optimizer.Accumulate(parameter, gradient);
            }

            optimizer.Update(1);
        }

        var others = optimizer.Visits.Where(entry => entry.Key.StartsWith("layers.", StringComparison.Ordinal) && entry.Key != "layers.2").Max(entry => entry.Value);
        Assert.IsTrue(optimizer.Visits["layers.2"] > 2 * others, string.Join(", ", optimizer.Visits));
    }

    [TestMethod]
    [DataRow(0, 2, 0.03, "Period")]
    [DataRow(5, 0, 0.03, "ActiveLayers")]
    [DataRow(5, 2, 0.0, "ActiveShare")]
    public void Options_out_of_range_are_refused(int period, int layers, double share, string option)
    {
        using var model = BlockwiseMethods.NewModel();
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
        {
            using var lisa = new LisaOptimizer(model.Parameters, new() { Period = period, ActiveLayers = layers });
            using var misa = new MisaOptimizer(model.Parameters, new() { ActiveShare = share });
        });
        Assert.AreEqual(option, error.ParamName);
    }
}
