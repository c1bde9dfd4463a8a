using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>The type of the weights in files, in memory, and in what config.json says of it.</summary>
[TestClass]
public sealed class WeightTypeTests
{
    [TestMethod]
    [DataRow("torch_dtype")]
    [DataRow("dtype")]
    public void Language_model_in_bfloat16_is_saved_as_such(string field)
    {
        using var folder = GoldenDecoder.FolderWithTokenizer("llama");
        SetType(folder, field);
        using var model = CausalLanguageModel.Load(folder.Path, bfloat16);
        using var saved = new TemporaryFolder();
        model.Save(saved.Path);

        AssertSaved(saved, "bfloat16", field);
    }

    [TestMethod]
    [DataRow("torch_dtype")]
    [DataRow("dtype")]
    public void Classifier_in_bfloat16_is_saved_as_such(string field)
    {
        using var folder = TemporaryFolder.CopyOf(TestFiles.Golden("bert-tiny"));
        SetType(folder, field);
        using var classifier = SequenceClassifier.Load(folder.Path, bfloat16);
        using var saved = new TemporaryFolder();
        classifier.Save(saved.Path);

        AssertSaved(saved, "bfloat16", field);
    }

    [TestMethod]
    public void Both_names_of_the_type_stay_consistent()
    {
        using var folder = GoldenDecoder.FolderWithTokenizer("llama");
        SetType(folder, "torch_dtype", "dtype");
        using var model = CausalLanguageModel.Load(folder.Path);
        using var saved = new TemporaryFolder();
        model.Save(saved.Path);

        AssertSaved(saved, "float32", "torch_dtype", "dtype");
    }

    [TestMethod]
    [DataRow("llama"), DataRow("llama3"), DataRow("mistral"), DataRow("qwen2"), DataRow("gpt2")]
    public void Language_model_computes_in_bfloat16_what_it_does_in_float32_but_for_rounding(string name)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var folder = GoldenDecoder.FolderWithTokenizer(name);
        using var model = PretrainedModel.FromDirectory(folder.Path).CreateLanguageModel(dtype: bfloat16);
        using var exact = PretrainedModel.FromDirectory(folder.Path).CreateLanguageModel();
        model.eval();
        exact.eval();
        using var batch = new TokenBatch(tensor(GoldenDecoder.Read(name).Rows[0]).unsqueeze(0));
        using var other = new TokenBatch(tensor(GoldenDecoder.Read(name).Rows[0]).unsqueeze(0));
        AssertClose(exact.forward(batch), model.forward(other));
    }

    [TestMethod]
    [DataRow("bert-tiny"), DataRow("distilbert-tiny"), DataRow("roberta-tiny")]
    public void Classifier_computes_in_bfloat16_what_it_does_in_float32_but_for_rounding(string name)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var pretrained = PretrainedModel.FromDirectory(TestFiles.Golden(name));
        using var classifier = pretrained.CreateClassifier(3, generator: new Generator(1), dtype: bfloat16);
        using var exact = pretrained.CreateClassifier(3, generator: new Generator(1));
        classifier.eval();
        exact.eval();
        var encoder = pretrained.CreateBatchEncoder();
        using var batch = encoder.CreateBatch([encoder.Encode("the cat sat"), encoder.Encode("a")]);
        using var other = encoder.CreateBatch([encoder.Encode("the cat sat"), encoder.Encode("a")]);
        AssertClose(exact.forward(batch), classifier.forward(other));
    }

    [TestMethod]
    [DataRow("bert-tiny"), DataRow("distilbert-tiny"), DataRow("roberta-tiny")]
    public void Encoder_computes_in_bfloat16_what_it_does_in_float32_but_for_rounding(string name)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var pretrained = PretrainedModel.FromDirectory(TestFiles.Golden(name));
        using var encoder = pretrained.CreateEncoder(dtype: bfloat16);
        using var exact = pretrained.CreateEncoder();
        var texts = pretrained.CreateBatchEncoder();
        using var batch = texts.CreateBatch([texts.Encode("the cat sat"), texts.Encode("a")]);
        using var other = texts.CreateBatch([texts.Encode("the cat sat"), texts.Encode("a")]);
        AssertClose(exact.Embed(batch), encoder.Embed(other));
    }

    [TestMethod]
    public void Models_come_in_bfloat16_from_archives_too()
    {
        using var folder = GoldenDecoder.FolderWithTokenizer("llama");
        using var model = CausalLanguageModel.Load(ModelFiles.InDirectory(folder.Path), dtype: bfloat16);
        using var classifier = SequenceClassifier.Load(ModelFiles.InDirectory(TestFiles.Golden("bert-tiny")), dtype: bfloat16);
        Assert.IsTrue(model.parameters().Concat(classifier.parameters()).All(parameter => parameter.dtype == ScalarType.BFloat16));
    }

    [TestMethod]
    public void Type_in_which_models_do_not_compute_is_named()
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(() => PretrainedModel.FromDirectory(TestFiles.Golden("bert-tiny")).CreateClassifier(2, dtype: ScalarType.Float16));
        Assert.Contains("Float16", exception.Message);
        Assert.Contains("bfloat16", exception.Message);
    }

    [TestMethod]
    public void Encoder_that_computes_in_float32_alone_says_so()
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(() => PretrainedModel.FromDirectory(TestFiles.TinyUseLite).CreateClassifier(2, dtype: bfloat16));
        Assert.Contains("float32 alone", exception.Message);
    }

    private static void AssertClose(Tensor expected, Tensor rounded)
    {
        Assert.AreEqual(ScalarType.BFloat16, rounded.dtype);
        var error = (rounded.to_type(float32) - expected).abs().max().item<float>() / expected.abs().max().item<float>();
        Assert.IsTrue(error is > 0 and < 0.1f, $"The largest error is {error} of the largest value.");
    }

    private static void SetType(TemporaryFolder folder, params string[] fields)
    {
        var config = JsonNode.Parse(File.ReadAllText(folder.File("config.json")))!.AsObject();
        config.Remove("torch_dtype");
        foreach (var field in fields)
            config[field] = "float16";
        File.WriteAllText(folder.File("config.json"), config.ToJsonString());
    }

    private static void AssertSaved(TemporaryFolder folder, string type, params string[] fields)
    {
        var config = JsonNode.Parse(File.ReadAllText(folder.File("config.json")))!.AsObject();
        var said = config.Where(item => item.Key.EndsWith("dtype", StringComparison.Ordinal)).ToList();
        CollectionAssert.AreEquivalent(fields, said.Select(item => item.Key).ToArray());
        Assert.IsTrue(said.TrueForAll(item => (string?)item.Value == type), config.ToJsonString());
        var stored = type == "bfloat16" ? ScalarType.BFloat16 : ScalarType.Float32;
        Assert.IsTrue(SafetensorsFile.Open(folder.File("model.safetensors")).Tensors.All(tensor => tensor.DType == stored));
    }
}
