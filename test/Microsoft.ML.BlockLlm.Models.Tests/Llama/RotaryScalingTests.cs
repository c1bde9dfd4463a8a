using System.Text.Json.Nodes;

namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class RotaryScalingTests
{
    public static IEnumerable<object[]> Scalings => Enumerable.Range(0, GoldenDecoder.Read("llama").Scaled!.Count).Select(index => new object[] { index });

    [TestMethod]
    [DynamicData(nameof(Scalings))]
    public void Stretched_positions_give_the_logits_of_an_independent_implementation(int index)
    {
        var golden = GoldenDecoder.Read("llama");
        using var folder = WithScaling(golden.Scaled![index].RopeScaling);
        using var model = CausalLanguageModel.Load(folder.Path);
        foreach (var (row, expected) in golden.Rows.Zip(golden.Scaled[index].Logits))
        {
            using var batch = new TokenBatch(TorchSharp.torch.tensor(row).unsqueeze(0));
            using var logits = model.forward(batch);
            GoldenDecoder.AssertLogits([expected], logits);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Scalings))]
    public void Parameters_in_the_form_of_transformers_5_are_the_same(int index)
    {
        var golden = GoldenDecoder.Read("llama");
        using var folder = WithScaling(golden.Scaled![index].RopeScaling, isNewForm: true);
        using var saved = new TemporaryFolder();
        using var model = CausalLanguageModel.Load(folder.Path);
        foreach (var (row, expected) in golden.Rows.Zip(golden.Scaled[index].Logits))
        {
            using var batch = new TokenBatch(TorchSharp.torch.tensor(row).unsqueeze(0));
            using var logits = model.forward(batch);
            GoldenDecoder.AssertLogits([expected], logits);
        }
        model.Save(saved.Path);
        StringAssert.Contains(File.ReadAllText(saved.File("config.json")), "rope_parameters");
    }

    [TestMethod]
    [DataRow("mscale", "0.7")]
    [DataRow("truncate", "false")]
    [DataRow("partial_rotary_factor", "0.5")]
    [DataRow("full_attention", "{}")]
    public void A_parameter_that_is_not_supported_is_named(string name, string value)
    {
        using var folder = WithScaling(new JsonObject { ["rope_type"] = "yarn", ["factor"] = 2, [name] = JsonNode.Parse(value) }, isNewForm: true);

        var exception = Assert.ThrowsExactly<ModelLoadException>(() => CausalLanguageModel.Load(folder.Path));
        StringAssert.Contains(exception.Message, name);
    }

    [TestMethod]
    public void A_method_that_is_not_supported_is_named()
    {
        using var folder = WithScaling(new JsonObject { ["rope_type"] = "longrope", ["factor"] = 2 });

        var exception = Assert.ThrowsExactly<ModelLoadException>(() => CausalLanguageModel.Load(folder.Path));
        StringAssert.Contains(exception.Message, "longrope");
    }

    private static TemporaryFolder WithScaling(JsonObject scaling, bool isNewForm = false)
    {
        var folder = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(GoldenDecoder.FolderOf("llama")))
            File.Copy(file, folder.File(Path.GetFileName(file)));
        var config = JsonNode.Parse(File.ReadAllText(folder.File("config.json")))!;
        var parameters = scaling.DeepClone();
        if (isNewForm)
        {
            parameters["rope_theta"] = config["rope_theta"]!.DeepClone();
            config.AsObject().Remove("rope_theta");
        }
        config[isNewForm ? "rope_parameters" : "rope_scaling"] = parameters;
        File.WriteAllText(folder.File("config.json"), config.ToJsonString());
        return folder;
    }
}
