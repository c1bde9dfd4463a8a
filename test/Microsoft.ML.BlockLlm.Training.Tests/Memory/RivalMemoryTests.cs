using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>What plans say of SGD, the methods of low rank and FRUGAL, against what their optimizers have.</summary>
[TestClass]
public sealed class RivalMemoryTests
{
    private static readonly LlamaConfig Config = new()
    {
        VocabularySize = 300, HiddenSize = 32, LayerCount = 2, MaxTokens = 64, IntermediateSize = 88, HeadCount = 4, KeyValueHeadCount = 2,
    };

    private static readonly ParameterRoles Roles = new() { Frozen = ["model.embed_tokens.*"], AlwaysTrained = ["lm_head.*"] };

    public static IEnumerable<object[]> Methods =>
    [
        [TrainingMethod.Sgd(new() { Momentum = 0.9 })],
        [TrainingMethod.Sgd()],
        [TrainingMethod.GaLore(new() { Rank = 20 })],
        [TrainingMethod.GaLore(new() { Rank = 4, Moments = MomentPrecision.EightBit })],
        [TrainingMethod.Fira(new() { Rank = 4 })],
        [TrainingMethod.Apollo(new() { Rank = 4 })],
        [TrainingMethod.ApolloMini()],
        [TrainingMethod.Frugal(new() { Density = 1 })],
        [TrainingMethod.Frugal(new() { Density = 0 })],
    ];

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void State_is_what_was_planned(TrainingMethod method)
    {
        foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
            Assert.AreEqual(StateAfterAnUpdate(method, type), method.Memory(Roles).StateBytes(ModelMemory.OfLanguageModel(Config, type)), $"in {type}");
    }

    [TestMethod]
    public void State_of_Frugal_by_matrices_is_no_more_than_was_planned()
    {
        var method = TrainingMethod.Frugal();
        long planned = method.Memory(Roles).StateBytes(ModelMemory.OfLanguageModel(Config)), state = StateAfterAnUpdate(method, ScalarType.Float32);

        Assert.IsTrue(state <= planned && state > 0.5 * planned, $"{state:N0} bytes, {planned:N0} planned.");
    }

    [TestMethod]
    public void State_of_Frugal_by_columns_is_what_was_planned_but_for_the_counts_of_an_index()
    {
        var method = TrainingMethod.Frugal(new() { Subspace = FrugalSubspace.Columns });

        Assert.AreEqual(StateAfterAnUpdate(method, ScalarType.Float32), method.Memory(Roles).StateBytes(ModelMemory.OfLanguageModel(Config)), 4.0 * 7 * Config.LayerCount);
    }

    [TestMethod]
    public void GaLore_holds_gradients_of_low_rank_alone()
    {
        var model = ModelMemory.OfLanguageModel(Config);
        long Held(TrainingMethod method) => method.Memory(Roles).Passes(model, gradientSize: 4).Single(pass => pass.Name == "updating").HeldBytes(long.MaxValue / 8);
        long matrices = 4L * Config.LayerCount * ((2 * 32 * 32) + (2 * 16 * 32) + (3 * 88 * 32));
        long whole = TrainingMethod.AdamW().Memory(Roles).Passes(model, gradientSize: 4).Single().HeldBytes(matrices / 4);

        Assert.AreEqual(matrices, whole);
        Assert.IsTrue(Held(TrainingMethod.GaLore(new() { Rank = 2 })) < matrices, "of the matrices alone");
    }

    private static long StateAfterAnUpdate(TrainingMethod method, ScalarType type)
    {
        using var model = CausalLanguageModel.FromConfig(Config);
        model.to(type);
        using var optimizer = (NamedParameterOptimizer)method.CreateOptimizer(model.named_parameters(), Roles);
        foreach (var parameter in model.parameters().Where(optimizer.NeedsGradient))
        {
            using var gradient = rand(parameter.shape, dtype: type);
            optimizer.Accumulate(parameter, gradient);
        }

        optimizer.Update(1);
        return optimizer.StateBytes;
    }
}
