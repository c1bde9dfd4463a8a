using System.Text.Json;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class CausalLanguageModelTests
{
    public static IEnumerable<object[]> Names => GoldenDecoder.Names;

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Logits_are_those_of_an_independent_implementation(string name)
    {
        using var model = CausalLanguageModel.Load(GoldenDecoder.FolderOf(name));
        var golden = GoldenDecoder.Read(name);
        using var batch = golden.Batch();
        using var logits = model.forward(batch);

        GoldenDecoder.AssertLogits(golden.Logits, logits);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Padding_before_a_row_changes_nothing(string name)
    {
        using var model = CausalLanguageModel.Load(GoldenDecoder.FolderOf(name));
        var golden = GoldenDecoder.Read(name);
        using var batch = golden.Batch(padLeft: true);
        using var logits = model.forward(batch);

        GoldenDecoder.AssertLogits(golden.Logits, logits, padLeft: true);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void A_trained_and_saved_model_gives_the_same_logits_in_python(string name)
    {
        using var folder = new TemporaryFolder();
        var golden = GoldenDecoder.Read(name);
        using (var model = CausalLanguageModel.Load(GoldenDecoder.FolderOf(name)))
        {
            TrainTenSteps(model, golden);
            model.Save(folder.Path);
        }
        File.WriteAllText(folder.File("ids.json"), JsonSerializer.Serialize(golden.Rows));
        var expected = JsonSerializer.Deserialize<float[][][]>(PythonScript.Run("decoders.py", folder.Path, folder.File("ids.json")))!;

        using var loaded = CausalLanguageModel.Load(folder.Path);
        using var batch = golden.Batch();
        using var logits = loaded.forward(batch);
        GoldenDecoder.AssertLogits(expected, logits);
        Assert.IsTrue(Math.Abs(expected[0][0][0] - golden.Logits[0][0][0]) > GoldenDecoder.Tolerance, "Training changed nothing, so equal logits prove nothing.");
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void A_saved_folder_keeps_names_shapes_and_configuration(string name)
    {
        using var folder = new TemporaryFolder();
        using (var model = CausalLanguageModel.Load(GoldenDecoder.FolderOf(name)))
            model.Save(folder.Path);

        var before = SafetensorsFile.Open(Path.Combine(GoldenDecoder.FolderOf(name), "model.safetensors"));
        var after = SafetensorsFile.Open(folder.File("model.safetensors"));
        CollectionAssert.AreEquivalent(Describe(before), Describe(after));
        Assert.AreEqual("pt", after.Metadata["format"]);
        Assert.IsTrue(JsonNode.DeepEquals(
            JsonNode.Parse(File.ReadAllText(Path.Combine(GoldenDecoder.FolderOf(name), "config.json"))), WithoutType(folder, name)));
    }

    [TestMethod]
    public void New_weights_follow_the_seed_and_the_deviation_of_the_configuration()
    {
        var config = Config with { InitializerRange = 0.05 };
        using var first = CausalLanguageModel.FromConfig(config, new Generator(3));
        using var second = CausalLanguageModel.FromConfig(config, new Generator(3));
        using var other = CausalLanguageModel.FromConfig(config, new Generator(4));

        var weight = first.get_parameter("model.layers.1.mlp.up_proj.weight")!;
        Assert.IsTrue(weight.allclose(second.get_parameter("model.layers.1.mlp.up_proj.weight")!, 0, 0));
        Assert.IsFalse(weight.allclose(other.get_parameter("model.layers.1.mlp.up_proj.weight")!, 0, 0));
        Assert.AreEqual(0.05, weight.std().item<float>(), 0.005);
        Assert.AreEqual(1f, first.get_parameter("model.norm.weight")!.min().item<float>());
    }

    [TestMethod]
    public void Residual_projections_of_a_new_Gpt2_are_smaller_by_the_root_of_their_number()
    {
        var config = new Gpt2Config { VocabularySize = 50, HiddenSize = 64, HeadCount = 4, LayerCount = 8, MaxTokens = 16 };
        using var model = CausalLanguageModel.FromConfig(config, new Generator(3));

        Assert.AreEqual(0.02, model.get_parameter("transformer.h.0.mlp.c_fc.weight")!.std().item<float>(), 0.001);
        Assert.AreEqual(0.02 / 4, model.get_parameter("transformer.h.0.mlp.c_proj.weight")!.std().item<float>(), 0.0003);
    }

    [TestMethod]
    public void A_new_model_can_be_saved_and_loaded()
    {
        using var folder = new TemporaryFolder();
        using var model = CausalLanguageModel.FromConfig(Config, new Generator(5));
        model.Save(folder.Path);
        using var loaded = CausalLanguageModel.Load(folder.Path);
        using var batch = new TokenBatch(tensor(new long[,] { { 1, 2, 3 } }));
        using var before = model.forward(batch);
        using var after = loaded.forward(batch);

        Assert.IsTrue(before.allclose(after, 0, 0));
        Assert.AreEqual(Config with { EndOfTextIds = loaded.Config.EndOfTextIds }, loaded.Config);
    }

    [TestMethod]
    public void Attention_dropout_is_for_training_only()
    {
        using var model = CausalLanguageModel.FromConfig(Config with { AttentionDropout = 0.5 }, new Generator(5));
        using var batch = new TokenBatch(tensor(new long[,] { { 1, 2, 3 } }));
        Assert.IsTrue(model.training);
        Assert.IsFalse(Twice());
        model.eval();
        Assert.IsTrue(Twice());

        bool Twice()
        {
            using var first = model.forward(batch);
            using var second = model.forward(batch);
            return first.allclose(second, 0, 0);
        }
    }

    [TestMethod]
    [DataRow("1")]
    [DataRow("-0.1")]
    public void Attention_dropout_out_of_range_is_named(string dropout)
    {
        using var folder = TemporaryFolder.CopyOf(GoldenDecoder.FolderOf("llama-bias"));
        folder.Replace("config.json", "\"attention_dropout\": 0.0", $"\"attention_dropout\": {dropout}");
        StringAssert.Contains(Assert.ThrowsExactly<ModelLoadException>(() => CausalLanguageModel.Load(folder.Path)).Message, $"attention_dropout is {dropout}");
    }

    [TestMethod]
    public void A_tied_head_is_stored_and_counted_once()
    {
        using var model = CausalLanguageModel.FromConfig(Config with { TieWordEmbeddings = true });

        Assert.DoesNotContain("lm_head.weight", model.named_parameters().Select(item => item.name));
        Assert.AreEqual(1, model.Stages[^1].parameters().Count(parameter => ReferenceEquals(parameter, model.get_parameter("model.embed_tokens.weight"))));
    }

    [TestMethod]
    public void An_encoder_is_refused_as_a_language_model()
    {
        var exception = Assert.ThrowsExactly<ModelLoadException>(() => CausalLanguageModel.Load(TestFiles.TinyUseLite));

        StringAssert.Contains(exception.Message, "use-lite");
    }

    [TestMethod]
    public void Targets_are_the_next_ids_of_each_row()
    {
        using var batch = new TokenBatch(tensor(new long[,] { { 4, 5, 6 }, { 7, 8, 0 } }), tensor(new[,] { { true, true, true }, { true, true, false } }));
        using var targets = NextTokenTargets.Of(batch);

        CollectionAssert.AreEqual(new long[] { 5, 6, -100, 8, -100, -100 }, targets.data<long>().ToArray());
    }

    private static LlamaConfig Config { get; } = new()
    {
        VocabularySize = 50, HiddenSize = 32, IntermediateSize = 48, LayerCount = 2, HeadCount = 4, KeyValueHeadCount = 2, MaxTokens = 16,
    };

    private static void TrainTenSteps(CausalLanguageModel model, GoldenDecoder golden)
    {
        using var scope = NewDisposeScope();
        using var batch = golden.Batch();
        var targets = NextTokenTargets.Of(batch).view(-1);
        using var optimizer = optim.SGD(model.parameters(), 0.05);
        model.train();
        for (var step = 0; step < 10; step++)
        {
            optimizer.zero_grad();
            nn.functional.cross_entropy(model.forward(batch).view(targets.shape[0], -1), targets, ignore_index: NextTokenTargets.Ignored).backward();
            optimizer.step();
        }
    }

    private static List<string> Describe(SafetensorsFile file) =>
        [.. file.Tensors.Select(tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]")];

    private static JsonNode WithoutType(TemporaryFolder folder, string name)
    {
        var config = JsonNode.Parse(File.ReadAllText(folder.File("config.json")))!.AsObject();
        Assert.AreEqual("float32", (string?)config["torch_dtype"]);
        if (name == "gpt2")
            config.Remove("torch_dtype");
        return config;
    }
}
