using System.Text.Json.Nodes;

namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class RotaryScalingTests
{
    public static IEnumerable<object[]> Scalings => Enumerable.Range(0, Golden.Scaled!.Count).Select(index => new object[] { index });

    private static GoldenDecoder Golden => GoldenDecoder.Read("llama");

    [TestMethod]
    [DynamicData(nameof(Scalings))]
    public void Stretched_positions_give_the_logits_of_an_independent_implementation(int index)
    {
        using var folder = Golden.Scaled![index].Folder();
        using var model = CausalLanguageModel.Load(folder.Path);
        RequireLogits(model, Golden.Scaled[index].Logits);
    }

    [TestMethod]
    [DynamicData(nameof(Scalings))]
    public void Parameters_in_the_form_of_transformers_5_are_the_same(int index)
    {
        using var folder = Golden.Scaled![index].Folder();
        UseNewForm(folder);
        using var saved = new TemporaryFolder();
        using var model = CausalLanguageModel.Load(folder.Path);
        RequireLogits(model, Golden.Scaled[index].Logits);
        model.Save(saved.Path);
        StringAssert.Contains(File.ReadAllText(saved.File("config.json")), "rope_parameters");
    }

    [TestMethod]
    [DynamicData(nameof(Scalings))]
    public void Greedy_tokens_are_the_same_with_and_without_cache(int index)
    {
        using var folder = Golden.Scaled![index].Folder();
        using var model = CausalLanguageModel.Load(folder.Path);
        int[] prompt = [3, 1, 4];
        var options = new GenerationOptions { MaxNewTokens = 9 };

        var with = model.GenerateIds(prompt, options).ToArray();
        CollectionAssert.AreEqual(model.GenerateIds(prompt, options with { UseCache = false }).ToArray(), with);
        Assert.HasCount(9, with);
    }

    [TestMethod]
    public void Dynamic_scaling_lets_a_text_grow_as_many_times_longer_as_its_factor()
    {
        using var folder = Golden.Scaled!.First(scaled => (string?)scaled.RopeScaling["rope_type"] == "dynamic").Folder();
        using var model = CausalLanguageModel.Load(folder.Path);
        Assert.HasCount(2 * 6 - 1, model.GenerateIds([3]).ToArray());
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => model.GenerateIds(new int[13])).Message, "12 at most");
    }

    [TestMethod]
    [DataRow("mscale", "0.7")]
    [DataRow("truncate", "false")]
    [DataRow("partial_rotary_factor", "0.5")]
    [DataRow("full_attention", "{}")]
    public void A_parameter_that_is_not_supported_is_named(string name, string value)
    {
        var scaling = new JsonObject { ["rope_type"] = "yarn", ["factor"] = 2, [name] = JsonNode.Parse(value) };
        using var folder = new ScaledLogits(scaling, MaxTokens: 16, []).Folder();
        UseNewForm(folder);

        var exception = Assert.ThrowsExactly<ModelLoadException>(() => CausalLanguageModel.Load(folder.Path));
        StringAssert.Contains(exception.Message, name);
    }

    [TestMethod]
    public void A_method_that_is_not_supported_is_named()
    {
        using var folder = new ScaledLogits(new JsonObject { ["rope_type"] = "longrope", ["factor"] = 2 }, MaxTokens: 16, []).Folder();

        var exception = Assert.ThrowsExactly<ModelLoadException>(() => CausalLanguageModel.Load(folder.Path));
        StringAssert.Contains(exception.Message, "longrope");
    }

    private static void RequireLogits(CausalLanguageModel model, float[][][] logits)
    {
        foreach (var (row, expected) in Golden.Rows.Zip(logits))
        {
            using var batch = new TokenBatch(TorchSharp.torch.tensor(row).unsqueeze(0));
            using var actual = model.forward(batch);
            GoldenDecoder.AssertLogits([expected], actual);
        }
    }

    private static void UseNewForm(TemporaryFolder folder)
    {
        var config = JsonNode.Parse(File.ReadAllText(folder.File("config.json")))!.AsObject();
        var parameters = config["rope_scaling"]!.DeepClone();
        parameters["rope_theta"] = config["rope_theta"]!.DeepClone();
        config.Remove("rope_theta");
        config.Remove("rope_scaling");
        config["rope_parameters"] = parameters;
        File.WriteAllText(folder.File("config.json"), config.ToJsonString());
    }
}
