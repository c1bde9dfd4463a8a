using System.Text.Json;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>Training of weights in bfloat16; the golden runs are those of golden/low_precision.py.</summary>
[TestClass]
public class LowPrecisionTests
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly GoldenRuns Golden =
        JsonSerializer.Deserialize<GoldenRuns>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "low_precision.json")), Json)!;

    private static readonly BlockLlmOptimizerOptions GoldenOptions =
        new() { LearningRate = 5e-4, WeightDecay = 0.1, Sparsity = 0.7, TakeFactor = 10, Reselection = new ReselectionRule.FixedPeriod(5) };

    private static readonly BlockLlmOptimizerOptions Options = new()
    {
        LearningRate = 0.02,
        WeightDecay = 0.1,
        Sparsity = 0.8,
        Reselection = new ReselectionRule.LossPatience(4),
        AlwaysActive = ["head.bias"],
        MaxGradientNorm = 0.5,
    };

    public static IEnumerable<object[]> Variants =>
    [
        [Options],
        [Options with { LowPrecision = LowPrecision.StochasticRounding }],
        [Options with { CarryMoments = false }],
        [Options with { Moments = MomentPrecision.EightBit }],
        [Options with { SignStepRate = 0.1 }],
        [Options with { SignStepRate = 0.1, LowPrecision = LowPrecision.StochasticRounding }],
    ];

    [TestMethod]
    public void AdamW_with_master_weights_follows_PyTorch() =>
        FollowsPyTorch(Golden.Adamw, parameters => new AdamWOptimizer(parameters, new() { LearningRate = 5e-4, WeightDecay = 0.1 }));

    [TestMethod]
    public void Several_selections_with_master_weights_follow_the_description() =>
        FollowsPyTorch(Golden.BlockLlm, parameters => new BlockLlmOptimizer(parameters, GoldenOptions));

    [TestMethod]
    public void Master_weights_outlive_moments_that_are_reset() =>
        FollowsPyTorch(Golden.BlockLlmReset, parameters => new BlockLlmOptimizer(parameters, GoldenOptions with { CarryMoments = false }));

    [TestMethod]
    [DataRow(LowPrecision.MasterWeights)]
    [DataRow(LowPrecision.StochasticRounding)]
    public void Updates_smaller_than_the_spacing_of_weights_add_up(LowPrecision precision)
    {
        using var weights = new Parameter(ones(1000, dtype: ScalarType.BFloat16), true);
        using var optimizer = new AdamWOptimizer([("w", weights)], new() { LearningRate = 1e-4, LowPrecision = precision });
        for (int step = 0; step < 200; step++)
        {
            weights.grad = ones_like(weights);
            optimizer.step(1.0);
        }

        using var wide = weights.to(ScalarType.Float32);
        using var mean = wide.mean();
        Assert.AreEqual(1 - (200 * 1e-4), mean.item<float>(), 1e-3);
    }

    [TestMethod]
    public void Masters_exist_for_active_weights_alone_in_4_bytes_each()
    {
        using var weights = new Parameter(zeros(20_000, dtype: ScalarType.BFloat16), true);
        using var optimizer = new BlockLlmOptimizer([("w", weights)], new() { Reselection = new ReselectionRule.FixedPeriod(1), CarryMoments = false });
        for (int step = 0; step < 3; step++)
        {
            using var gradient = randn(20_000);
            weights.grad = gradient.to(ScalarType.BFloat16);
            optimizer.step(1.0);
            Assert.AreEqual((1000 * (2 + 8 + 4)) + 4, optimizer.StateBytes);
        }
    }

    [TestMethod]
    [DataRow("AdamW")]
    [DataRow("SGD")]
    [DataRow("BlockLLM")]
    [DataRow("FRUGAL")]
    public void Masters_are_made_anew_from_weights_that_were_replaced(string method)
    {
        using var weights = new Parameter(ones([4, 4], dtype: ScalarType.BFloat16), true);
        using StagewiseOptimizer optimizer = method switch
        {
            "AdamW" => new AdamWOptimizer([("w", weights)]),
            "SGD" => new SgdOptimizer([("w", weights)]),
            "BlockLLM" => new BlockLlmOptimizer([("w", weights)], new() { Sparsity = 0.5 }),
            _ => new FrugalOptimizer([("w", weights)]),
        };
        Step();
        using (no_grad())
            weights.fill_(8);
        optimizer.WeightsReplaced(weights);
        Step();

        Assert.IsTrue(Mlp.Values(weights).All(weight => Math.Abs(weight - 8) < 0.1), string.Join(", ", Mlp.Values(weights)));

        void Step()
        {
            weights.grad = ones_like(weights);
            optimizer.step(1.0);
        }
    }

    [TestMethod]
    public void Stochastic_rounding_keeps_no_masters()
    {
        using var weights = new Parameter(zeros(20_000, dtype: ScalarType.BFloat16), true);
        using var optimizer = new BlockLlmOptimizer([("w", weights)], new() { LowPrecision = LowPrecision.StochasticRounding });
        using var gradient = randn(20_000);
        weights.grad = gradient.to(ScalarType.BFloat16);
        optimizer.step(1.0);
        Assert.AreEqual((1000 * (2 + 8)) + 4, optimizer.StateBytes);
    }

    [TestMethod]
    [DataRow(1, true)]
    [DataRow(2, false)]
    public void Rounding_follows_from_the_seed(int seed, bool isSame)
    {
        var expected = WeightsAfter(seed: 1);
        var actual = WeightsAfter(seed);
        Assert.AreEqual(isSame, WeightAssert.Changed(expected, actual) == 0);

        static Dictionary<string, float[]> WeightsAfter(int seed)
        {
            using var model = new Mlp(type: ScalarType.BFloat16);
            using var optimizer = new BlockLlmOptimizer(model.Parameters, Options with { LowPrecision = LowPrecision.StochasticRounding, Seed = seed });
            for (int step = 0; step < 5; step++)
                model.PlainStep(optimizer, step);
            return model.Weights();
        }
    }

    [TestMethod]
    public void Rounding_leaves_the_random_numbers_of_the_model_alone()
    {
        using var model = new Mlp(type: ScalarType.BFloat16);
        using var optimizer = new AdamWOptimizer(model.Parameters, new() { LowPrecision = LowPrecision.StochasticRounding });
        using var before = get_rng_state();
        model.PlainStep(optimizer, 0);
        using var after = get_rng_state();
        CollectionAssert.AreEqual(before.data<byte>().ToArray(), after.data<byte>().ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(Variants))]
    public void Stagewise_steps_give_the_bits_of_plain_steps(BlockLlmOptimizerOptions options)
    {
        using var plain = new Mlp(type: ScalarType.BFloat16);
        using var stagewise = new Mlp(reversed: true, type: ScalarType.BFloat16);
        using var plainOptimizer = new BlockLlmOptimizer(plain.Parameters, options);
        using var stagewiseOptimizer = new BlockLlmOptimizer(stagewise.Parameters, options);
        for (int step = 0; step < 30; step++)
        {
            plain.PlainStep(plainOptimizer, step);
            stagewise.StagewiseStep(stagewiseOptimizer, step);
        }

        Assert.IsTrue(plainOptimizer.Selections > 2);
        WeightAssert.AreSameBits(plain.Weights(), stagewise.Weights());
    }

    [TestMethod]
    [DynamicData(nameof(Variants))]
    public void A_resumed_run_gives_the_bits_of_an_uninterrupted_one(BlockLlmOptimizerOptions options) =>
        SavedState.AssertExactResume(() => new Mlp(type: ScalarType.BFloat16), model => new BlockLlmOptimizer(model.Parameters, options));

    [TestMethod]
    [DataRow(LowPrecision.MasterWeights)]
    [DataRow(LowPrecision.StochasticRounding)]
    public void A_resumed_run_of_AdamW_gives_the_bits_of_an_uninterrupted_one(LowPrecision precision) =>
        SavedState.AssertExactResume(() => new Mlp(type: ScalarType.BFloat16), model => new AdamWOptimizer(model.Parameters, new() { LowPrecision = precision }));

    [TestMethod]
    public void Gradients_of_micro_batches_add_up_in_32_bits()
    {
        using var weights = new Parameter(zeros(1, dtype: ScalarType.BFloat16), true);
        using var optimizer = new AdamWOptimizer([("w", weights)]);
        foreach (float part in new[] { 1f, 1f / 512, 1f / 512 })
        {
            using var gradient = full(1, part, dtype: ScalarType.BFloat16);
            optimizer.Accumulate(weights, gradient);
        }

        Assert.AreEqual(1 + (2.0 / 512), optimizer.Update(1).GradientNorm, 1e-6);
    }

    [TestMethod]
    public void A_state_with_master_weights_is_refused_where_there_are_none()
    {
        using var model = new Mlp(type: ScalarType.BFloat16);
        using var optimizer = new AdamWOptimizer(model.Parameters);
        model.PlainStep(optimizer, 0);
        using var wide = new Mlp();
        using var other = new AdamWOptimizer(wide.Parameters);
        StringAssert.Contains(
            Assert.ThrowsException<InvalidDataException>(() => SavedState.Copy(optimizer, other)).Message, "has master weights of 'head.bias', which is Float32 here");
    }

    [TestMethod]
    public void Weights_of_another_type_are_refused()
    {
        using var weights = new Parameter(zeros(4, dtype: ScalarType.Float16), true);
        StringAssert.Contains(Assert.ThrowsException<ArgumentException>(() => new AdamWOptimizer([("w", weights)])).Message, "'w' holds Float16");
    }

    private static void FollowsPyTorch(Dictionary<string, float[]> expected, Func<(string, Parameter)[], StagewiseOptimizer> create)
    {
        var parameters = Golden.Start.Select(entry => (name: entry.Key, parameter: new Parameter(Narrow(entry.Value), true))).ToArray();
        using var optimizer = create(parameters);
        foreach (var gradients in Golden.Gradients)
        {
            foreach (var (name, parameter) in parameters)
                parameter.grad = Narrow(gradients[name]);
            optimizer.step(1.0);
        }

        foreach (var (name, parameter) in parameters)
            CollectionAssert.AreEqual(expected[name], Mlp.Values(parameter), name);
    }

    private static Tensor Narrow(float[] values)
    {
        using var wide = tensor(values);
        return wide.to(ScalarType.BFloat16);
    }

    private sealed record GoldenRuns(
        Dictionary<string, float[]> Start, Dictionary<string, float[]>[] Gradients,
        Dictionary<string, float[]> Adamw, Dictionary<string, float[]> BlockLlm, Dictionary<string, float[]> BlockLlmReset);
}
