using Microsoft.ML.BlockLlm.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>What of a method's options comes to nothing on a model of three layers and a width of 16.</summary>
[TestClass]
public sealed class MethodWarningTests
{
    private static readonly LlamaConfig s_config = new()
    {
        VocabularySize = 20, HiddenSize = 16, IntermediateSize = 24, LayerCount = 3, HeadCount = 2, KeyValueHeadCount = 2, MaxTokens = 16,
    };

    private static readonly ParameterRoles s_roles = new() { Frozen = ["model.embed_tokens.weight"], AlwaysTrained = ["lm_head.weight"] };

    public static IEnumerable<object[]> Cases =>
    [
        [TrainingMethod.Lisa(new() { ActiveLayers = 3 }), "ActiveLayers is 3, and LISA has 3 layers to draw from, so that all are always trained, as by AdamW. Set ActiveLayers below 3, or choose AdamW."],
        [TrainingMethod.Lisa(new() { ActiveLayers = 2 }), null!],
        [TrainingMethod.Lisa(new() { ActiveLayers = 2, Frozen = ["model.layers.0.*"] }), "LISA has 2 layers to draw from"],
        [TrainingMethod.GaLore(), "Rank is 128, and no matrix that GaLore trains has more than 16 rows or columns"],
        [TrainingMethod.GaLore(new() { Rank = 15 }), null!],
        [TrainingMethod.Fira(new() { Rank = 16 }), "Set Rank below 16, or choose AdamW."],
        [TrainingMethod.Apollo(), "Rank is 256, and no matrix that Apollo trains"],
        [TrainingMethod.ApolloMini(), null!],
        [TrainingMethod.Lora(new() { Rank = 16 }), "the layers that they are added to no more than 6,528. Set Rank below 9, or choose AdamW."],
        [TrainingMethod.Lora(new() { Rank = 2 }), null!],
        [TrainingMethod.BlockLlm(), null!],
        [TrainingMethod.AdamW(), null!],
        [TrainingMethod.Sgd(), null!],
        [TrainingMethod.BAdam(), null!],
        [TrainingMethod.BAdam(new() { Frozen = ["model.layers.0.*", "model.layers.1.*", "model.norm.*"] }), "BAdam has one block here, which it always trains, as AdamW does"],
        [TrainingMethod.BAdam(new() { Frozen = ["model.*"] }), null!],
        [TrainingMethod.Misa(), "ActiveShare is 0.03, but 'model.layers.0.mlp.down_proj' alone is 0.058 of the weights that MISA draws from, so that up to as many are trained at a time. Set ActiveShare to 0.058 or more"],
        [TrainingMethod.Misa(new() { ActiveShare = 0.058 }), null!],
        [TrainingMethod.Frugal(), null!],
    ];

    [TestMethod]
    public void Methods_whose_blocks_have_turns_say_after_how_many_updates_all_are_trained()
    {
        using var generator = new Generator(1);
        using var model = CausalLanguageModel.FromConfig(s_config, generator);

        // Three layers, and the norm after them is a block of BAdam's, which its largest blocks have room for.
        Assert.AreEqual(301, TrainingMethod.BAdam().UpdatesForAll(model, s_roles));
        Assert.AreEqual(21, TrainingMethod.Lisa().UpdatesForAll(model, s_roles));
        Assert.AreEqual(41, TrainingMethod.Lisa(new() { ActiveLayers = 1 }).UpdatesForAll(model, s_roles));
        Assert.AreEqual(31, TrainingMethod.Misa(new() { ActiveShare = 0.25, Period = 10 }).UpdatesForAll(model, s_roles));
        Assert.AreEqual(1, TrainingMethod.Lisa(new() { ActiveLayers = 3 }).UpdatesForAll(model, s_roles));
        Assert.AreEqual(0, TrainingMethod.BlockLlm().UpdatesForAll(model, s_roles));
        Assert.AreEqual(0, TrainingMethod.GaLore().UpdatesForAll(model, s_roles));
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void A_method_that_is_not_itself_on_a_model_says_so_and_what_to_do(TrainingMethod method, string? warning)
    {
        using var generator = new Generator(1);
        using var model = CausalLanguageModel.FromConfig(s_config, generator);

        var warnings = method.Warnings(model, s_roles);

        if (warning is null)
            Assert.AreEqual(0, warnings.Count, string.Join(' ', warnings));
        else
            StringAssert.Contains(warnings.Single(), warning);
    }
}
