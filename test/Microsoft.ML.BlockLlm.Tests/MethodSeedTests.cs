using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>The seed of a trainer is that of whatever its method draws by chance: weights, blocks, spaces, or which way a weight is rounded.</summary>
[TestClass]
public sealed class MethodSeedTests
{
    public static IEnumerable<object[]> Methods =>
    [
        [TrainingMethod.BlockLlm(new() { Sparsity = 0.5, MaskBy = MaskCriterion.Random })],
        [TrainingMethod.AdamW(new() { LowPrecision = LowPrecision.StochasticRounding })],
        [TrainingMethod.Sgd(new() { LearningRate = 0.1, LowPrecision = LowPrecision.StochasticRounding })],
        [TrainingMethod.Lora(new() { Rank = 2 })],
        [TrainingMethod.BAdam(new() { Period = 1, Granularity = BlockGranularity.Module })],
        [TrainingMethod.Lisa(new() { Period = 1, ActiveLayers = 1 })],
        [TrainingMethod.Misa(new() { Period = 1, ActiveShare = 0.2 })],
        [TrainingMethod.GaLore(new() { Rank = 4, Oversampling = 0, PowerIterations = 0 })],
        [TrainingMethod.Fira(new() { Rank = 4, Oversampling = 0, PowerIterations = 0 })],
        [TrainingMethod.Apollo(new() { Rank = 4 })],
        [TrainingMethod.ApolloMini()],
        [TrainingMethod.Frugal(new() { Period = 1, Density = 0.5 })],
    ];

    [TestMethod]
    public void Every_method_is_among_them() =>
        CollectionAssert.AreEquivalent(TrainingMethod.All.Select(method => method.Name).ToArray(), Methods.Select(row => ((TrainingMethod)row[0]).Name).ToArray());

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void The_trainer_s_seed_is_the_method_s_unless_it_has_one_of_its_own(TrainingMethod method)
    {
        var bits = Bits(method, seed: 7);

        Assert.AreEqual(bits, Bits(method, seed: 7));
        Assert.AreEqual(bits, Bits(method.WithSeed(7), seed: 7));
        Assert.AreNotEqual(bits, Bits(method.WithSeed(8), seed: 7));
        Assert.AreNotEqual(bits, Bits(method, seed: 8));
    }

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void Without_one_it_is_drawn_from_the_context(TrainingMethod method)
    {
        var bits = Bits(method, seed: null, contextSeed: 3);

        Assert.AreEqual(bits, Bits(method, seed: null, contextSeed: 3));
        Assert.AreNotEqual(bits, Bits(method, seed: null, contextSeed: 4));
    }

    /// <summary>The scores of a classifier after three updates, bit by bit.</summary>
    private static string Bits(TrainingMethod method, int? seed, int contextSeed = 1)
    {
        var ml = new MLContext(contextSeed);
        var data = Pipelines.Keyed(ml, count: 12);
        using var model = ml.TextClassification.Trainers.BlockLlm(new BlockLlmTextClassificationOptions
        {
            Model = TinyLanguageModel.Open(),
            // What rounds by chance has something to round; the others show what they draw without it.
            WeightType = method.Name is "AdamW" or "Sgd" ? ScalarType.BFloat16 : ScalarType.Float32,
            Method = method,
            Epochs = 1,
            BatchSize = 4,
            Seed = seed,
        }).Fit(data);
        return string.Join(' ', Pipelines.Scores(model, data).SelectMany(scores => scores).Select(BitConverter.SingleToInt32Bits));
    }
}
