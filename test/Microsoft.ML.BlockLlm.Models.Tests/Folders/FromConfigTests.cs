using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>Encoders that begin without weights. Their shapes are those of the golden folders.</summary>
[TestClass]
public sealed class FromConfigTests
{
    private const float Tolerance = 1e-5f;

    private static readonly BertConfig s_bert = new()
    {
        VocabularySize = 40, HiddenSize = 16, IntermediateSize = 24, LayerCount = 2, HeadCount = 4, MaxTokens = 12,
    };

    private static readonly DistilBertConfig s_distilBert = new()
    {
        VocabularySize = 40, HiddenSize = 16, IntermediateSize = 24, LayerCount = 2, HeadCount = 4, MaxTokens = 12,
    };

    private static readonly RobertaConfig s_roberta = new()
    {
        VocabularySize = 40, HiddenSize = 16, IntermediateSize = 24, LayerCount = 2, HeadCount = 4, MaxTokens = 12,
    };

    [TestMethod]
    public void Weights_begin_as_the_paper_says()
    {
        using var encoder = Model(s_bert with { HiddenSize = 64, InitializerRange = 0.05 }).CreateEncoder(TokenPooling.Pooler);
        foreach (var (name, parameter) in encoder.named_parameters())
        {
            var values = parameter.data<float>().ToArray();
            if (name.EndsWith("bias", StringComparison.Ordinal))
                Assert.IsTrue(values.All(value => value == 0), name);
            else if (name.Contains("LayerNorm", StringComparison.Ordinal))
                Assert.IsTrue(values.All(value => value == 1), name);
            else
                Assert.AreEqual(0.05, Math.Sqrt(values.Average(value => value * value)), 0.01, name);
        }
    }

    [TestMethod]
    public void Same_seed_gives_the_same_weights()
    {
        using var one = Model(s_bert).CreateEncoder();
        using var same = Model(s_bert).CreateEncoder();
        using var other = Model(s_bert, seed: 2).CreateEncoder();
        var name = one.named_parameters().First().name;
        Assert.IsTrue(one.get_parameter(name)!.bytes.SequenceEqual(same.get_parameter(name)!.bytes));
        Assert.IsFalse(one.get_parameter(name)!.bytes.SequenceEqual(other.get_parameter(name)!.bytes));
    }

    [TestMethod]
    [DataRow("bert")]
    [DataRow("distilbert")]
    [DataRow("roberta")]
    public void Saved_model_gives_the_same_logits_in_python(string family)
    {
        using var folder = new TemporaryFolder();
        using var classifier = Model(ConfigOf(family)).CreateClassifier(3);
        classifier.eval();
        classifier.Save(folder.Path);
        EncoderRow.RequireClose(EncoderRow.LogitsInPython(folder.Path), Logits(classifier), Tolerance);
    }

    [TestMethod]
    [DataRow("bert")]
    [DataRow("distilbert")]
    [DataRow("roberta")]
    public void Saved_configuration_is_read_as_it_was(string family)
    {
        using var folder = new TemporaryFolder();
        using (var classifier = Model(ConfigOf(family)).CreateClassifier(3))
            classifier.Save(folder.Path);
        Assert.AreEqual(ConfigOf(family), PretrainedModel.FromDirectory(folder.Path).Config);
    }

    [TestMethod]
    [DataRow("bert", "hidden_size", 16, "BertForSequenceClassification")]
    [DataRow("distilbert", "dim", 16, "DistilBertForSequenceClassification")]
    [DataRow("roberta", "max_position_embeddings", 14, "RobertaForSequenceClassification")]
    public void Saved_configuration_has_the_fields_of_transformers(string family, string field, int value, string architecture)
    {
        using var folder = new TemporaryFolder();
        using (var classifier = Model(ConfigOf(family)).CreateClassifier(3))
            classifier.Save(folder.Path);
        var config = JsonNode.Parse(File.ReadAllText(folder.File("config.json")))!;
        Assert.AreEqual(family, (string?)config["model_type"]);
        Assert.AreEqual(value, (int?)config[field]);
        Assert.AreEqual(architecture, (string?)config["architectures"]![0]);
        Assert.AreEqual(3, config["id2label"]!.AsObject().Count);
    }

    [TestMethod]
    public void Names_of_classes_are_kept()
    {
        using var folder = new TemporaryFolder();
        using (var classifier = SequenceClassifier.Load(TestFiles.Golden("bert-tiny")))
            classifier.Save(folder.Path);
        var config = JsonNode.Parse(File.ReadAllText(folder.File("config.json")))!;
        Assert.AreEqual("class 2", (string?)config["id2label"]!["2"]);
    }

    [TestMethod]
    public void New_head_has_none_of_the_old_names()
    {
        using var folder = new TemporaryFolder();
        using (var classifier = PretrainedModel.FromDirectory(TestFiles.Golden("bert-tiny")).CreateClassifier(3))
            classifier.Save(folder.Path);
        var config = JsonNode.Parse(File.ReadAllText(folder.File("config.json")))!;
        Assert.AreEqual("""{"0":"LABEL_0","1":"LABEL_1","2":"LABEL_2"}""", config["id2label"]!.ToJsonString());
        Assert.AreEqual("""{"LABEL_0":0,"LABEL_1":1,"LABEL_2":2}""", config["label2id"]!.ToJsonString());
    }

    [TestMethod]
    public void Names_that_are_given_are_written_and_loaded()
    {
        using var folder = new TemporaryFolder();
        using (var classifier = PretrainedModel.FromDirectory(TestFiles.Golden("bert-tiny")).CreateClassifier(3, classNames: ["ham", "spam", "other"]))
            classifier.Save(folder.Path);
        var config = JsonNode.Parse(File.ReadAllText(folder.File("config.json")))!;
        Assert.AreEqual("""{"0":"ham","1":"spam","2":"other"}""", config["id2label"]!.ToJsonString());
        Assert.AreEqual("""{"ham":0,"spam":1,"other":2}""", config["label2id"]!.ToJsonString());
        using var loaded = SequenceClassifier.Load(folder.Path);
        CollectionAssert.AreEqual(new[] { "ham", "spam", "other" }, loaded.ClassNames.ToArray());
    }

    [TestMethod]
    public void Names_must_be_as_many_as_classes()
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(() => Model(s_bert).CreateClassifier(3, classNames: ["ham", "spam"]));
        Assert.Contains("2 names for 3 classes", exception.Message);
    }

    [TestMethod]
    public void Configuration_that_contradicts_itself_is_refused()
    {
        var exception = Assert.ThrowsExactly<ModelLoadException>(() => Model(s_bert with { HiddenSize = 18 }));
        Assert.Contains("hidden_size 18 must be a multiple of num_attention_heads 4", exception.Message);
    }

    [TestMethod]
    public void Model_that_exists_only_pretrained_is_refused()
    {
        var config = (UseLiteConfig)PretrainedModel.FromDirectory(TestFiles.TinyUseLite).Config;
        Assert.Contains("only pretrained", Assert.ThrowsExactly<ArgumentException>(() => Model(config)).Message);
    }

    private static PretrainedModel Model(ModelConfig config, ulong seed = 1) => PretrainedModel.FromConfig(config, TestFiles.Golden("bert-tiny"), seed);

    private static ModelConfig ConfigOf(string family) => family switch
    {
        "bert" => s_bert,
        "distilbert" => s_distilBert,
        _ => s_roberta,
    };

    private static float[][] Logits(SequenceClassifier classifier)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var batch = EncoderRow.Batch(EncoderRow.ReadAll(TestFiles.Golden("bert-tiny")), classifier.Config.PaddingId);
        return [.. classifier.forward(batch).data<float>().ToArray().Chunk(classifier.ClassCount)];
    }
}
