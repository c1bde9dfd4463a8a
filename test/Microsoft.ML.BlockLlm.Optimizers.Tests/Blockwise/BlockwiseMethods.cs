namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>The optimizers that train block by block, by the names of the golden runs.</summary>
internal static class BlockwiseMethods
{
    private const double LearningRate = 0.02;
    private const double WeightDecay = 0.1;
    private const int Seed = 30;

    private static readonly Dictionary<string, Func<Mlp, string[], BlockwiseOptimizer>> s_methods = new()
    {
        ["badam_random"] = (model, frozen) => NewBAdam(model, BlockOrder.Random, frozen),
        ["badam_ascending"] = (model, frozen) => NewBAdam(model, BlockOrder.Ascending, frozen),
        ["badam_descending"] = (model, frozen) => NewBAdam(model, BlockOrder.Descending, frozen),
        ["lisa"] = (model, frozen) => new LisaOptimizer(model.Parameters, new() { Period = 4, ActiveLayers = 2, LearningRate = LearningRate, WeightDecay = WeightDecay, Seed = Seed, Frozen = frozen }),
        ["misa"] = (model, frozen) => new MisaOptimizer(
            model.Parameters, new() { Period = 4, ActiveShare = 0.5, LearningRate = 0.005, WeightDecay = WeightDecay, Seed = Seed, Frozen = frozen, AlwaysActive = ["head.*"] }),
        ["misa_small"] = (model, frozen) => new MisaOptimizer(
            model.Parameters, new() { Period = 4, LearningRate = 0.005, WeightDecay = WeightDecay, Seed = Seed, Frozen = frozen, AlwaysActive = ["head.*"] }),
        ["misa_steep"] = (model, frozen) => new MisaOptimizer(model.Parameters, new()
        {
            Period = 2, ActiveShare = 0.35, ImportanceFactor = 6, LearningRate = 0.0005, WeightDecay = WeightDecay, Seed = Seed, Frozen = frozen, AlwaysActive = ["head.*"],
        }),
    };

    public static IEnumerable<object[]> Names => s_methods.Keys.Select(name => new object[] { name });

    public static BlockwiseOptimizer New(string method, Mlp model, params string[] frozen) => s_methods[method](model, frozen);

    public static Mlp NewModel(bool reversed = false) => new(GoldenBlocks.All, reversed);

    private static BAdamOptimizer NewBAdam(Mlp model, BlockOrder order, string[] frozen) => new(
        model.Parameters, new() { Order = order, Period = 2, LearningRate = LearningRate, WeightDecay = WeightDecay, Seed = Seed, Frozen = frozen });
}
