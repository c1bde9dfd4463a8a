using Microsoft.ML.BlockLlm.Training.Tests;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class PretrainedModelTests
{
    [TestMethod]
    public void Description_gives_the_shape()
    {
        var model = PretrainedModel.FromDirectory(TestFiles.TinyUseLite);
        Assert.AreEqual("use-lite", model.Config.ModelType);
        Assert.AreEqual((40, 12, 2, 16), (model.Config.VocabularySize, model.Config.HiddenSize, model.Config.LayerCount, model.Config.MaxTokens));
    }

    [TestMethod]
    public void Missing_folder_is_named()
    {
        using var folder = new TemporaryFolder();
        RequireRefused(folder.File("nowhere"), "nowhere", "does not exist");
    }

    [TestMethod]
    [DataRow("config.json")]
    [DataRow("tokenizer.json")]
    [DataRow("model.safetensors")]
    public void Missing_file_is_named(string name)
    {
        using var folder = TemporaryFolder.WithTinyUseLite();
        File.Delete(folder.File(name));
        RequireRefused(folder.Path, $"has no {name}");
    }

    [TestMethod]
    public void Pickle_is_refused_by_name_with_the_reason()
    {
        using var folder = TemporaryFolder.WithTinyUseLite();
        File.Move(folder.File("model.safetensors"), folder.File("pytorch_model.bin"));
        RequireRefused(folder.Path, "pytorch_model.bin", "can run any code", "safe_serialization");
    }

    [TestMethod]
    [DataRow("\"use-lite\"", "\"t5\"", "'t5'", "use-lite")]
    [DataRow("\"model_type\"", "\"type\"", "model_type is missing")]
    [DataRow("\"hidden_size\": 12", "\"hidden_size\": 0", "hidden_size is 0")]
    [DataRow("\"hidden_size\": 12", "\"hidden_size\": 13", "num_attention_heads")]
    [DataRow("\"hidden_size\": 12", "\"hidden_size\": \"x\"", "hidden_size")]
    [DataRow("\"hidden_size\": 12,", "", "hidden_size")]
    [DataRow("\"vocab_size\": 40", "\"vocab_size\": 20", "29 pieces", "20 embeddings")]
    [DataRow("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1000000000", "num_hidden_layers")]
    [DataRow("{", "", "no valid JSON")]
    public void Configuration_that_is_not_understood_is_explained(string what, string by, params string[] explanation)
    {
        using var folder = TemporaryFolder.WithTinyUseLite();
        folder.Replace("config.json", what, by);
        RequireRefused(folder.Path, explanation);
    }

    [TestMethod]
    public void Unreadable_file_is_explained()
    {
        using var folder = TemporaryFolder.WithTinyUseLite();
        // Open to nobody else: what another process's lock, or a lack of rights, does.
        using var locked = new FileStream(folder.File("config.json"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        RequireRefused(folder.Path, "cannot be read");
    }

    [TestMethod]
    public void Every_tensor_that_does_not_fit_is_named_at_once()
    {
        using var folder = TemporaryFolder.WithTinyUseLite();
        using (var scope = NewDisposeScope())
        {
            var file = SafetensorsFile.Open(folder.File("model.safetensors"));
            var tensors = file.Tensors.Where(entry => entry.Name != "pooler.dense.bias").Select(entry => (entry.Name, file.ReadTensor(entry.Name))).ToList();
            tensors.RemoveAll(item => item.Name == "encoder.layer.1.output.bias");
            tensors.Add(("encoder.layer.1.output.bias", zeros(13)));
            tensors.Add(("stranger", zeros(1)));
            SafetensorsWriter.Save(folder.File("model.safetensors"), tensors);
        }
        var exception = Assert.ThrowsExactly<ModelLoadException>(() => PretrainedModel.FromDirectory(folder.Path).CreateEncoder());
        Assert.Contains("pooler.dense.bias' [12] is missing", exception.Message);
        Assert.Contains("encoder.layer.1.output.bias' is [13] where the configuration asks for [12]", exception.Message);
        Assert.Contains("stranger' has no place", exception.Message);
    }

    [TestMethod]
    public void Cut_off_weights_are_refused()
    {
        using var folder = TemporaryFolder.WithTinyUseLite();
        using (var stream = File.OpenWrite(folder.File("model.safetensors")))
            stream.SetLength(stream.Length - 1);
        var exception = Assert.ThrowsExactly<ModelLoadException>(() => PretrainedModel.FromDirectory(folder.Path).CreateClassifier(2));
        Assert.Contains("cut off", exception.Message);
    }

    [TestMethod]
    public void Half_precision_weights_become_single_precision()
    {
        using var folder = TemporaryFolder.WithTinyUseLite();
        using var scope = NewDisposeScope();
        var file = SafetensorsFile.Open(Path.Combine(TestFiles.TinyUseLite, "model.safetensors"));
        SafetensorsWriter.Save(folder.File("model.safetensors"), file.Tensors.Select(entry => (entry.Name, file.ReadTensor(entry.Name).to_type(bfloat16))));
        using var encoder = PretrainedModel.FromDirectory(folder.Path).CreateEncoder();
        foreach (var (name, parameter) in encoder.named_parameters())
        {
            Assert.AreEqual(ScalarType.Float32, parameter.dtype);
            Assert.IsTrue(parameter.equal(file.ReadTensor(name).to_type(bfloat16).to_type(float32)).all().item<bool>(), name);
        }
    }

    [TestMethod]
    public void Weights_may_lie_in_several_files()
    {
        using var folder = TemporaryFolder.WithTinyUseLite();
        Shard(folder, ["one.safetensors", "two.safetensors"]);
        using var whole = PretrainedModel.FromDirectory(TestFiles.TinyUseLite).CreateEncoder();
        using var sharded = PretrainedModel.FromDirectory(folder.Path).CreateEncoder();
        foreach (var ((name, expected), (_, actual)) in whole.named_parameters().Zip(sharded.named_parameters()))
            Assert.IsTrue(expected.bytes.SequenceEqual(actual.bytes), name);
    }

    [TestMethod]
    [DataRow("three.safetensors")]
    [DataRow("../two.safetensors")]
    public void File_that_the_index_names_must_be_in_the_folder(string name)
    {
        using var folder = TemporaryFolder.WithTinyUseLite();
        Shard(folder, ["one.safetensors", "two.safetensors"]);
        folder.Replace("model.safetensors.index.json", "two.safetensors", name);
        RequireRefused(folder.Path, $"'{name}'");
    }

    [TestMethod]
    public void Weights_are_mapped_so_the_file_never_changes()
    {
        using var folder = TemporaryFolder.WithTinyUseLite();
        var before = File.ReadAllBytes(folder.File("model.safetensors"));
        using (var classifier = PretrainedModel.FromDirectory(folder.Path).CreateClassifier(2))
        using (no_grad())
        {
            foreach (var parameter in classifier.parameters())
                parameter.zero_();
        }
        CollectionAssert.AreEqual(before, File.ReadAllBytes(folder.File("model.safetensors")));
    }

    [TestMethod]
    public void Failed_load_leaves_no_tensor_behind()
    {
        using var folder = TemporaryFolder.WithTinyUseLite();
        folder.Replace("config.json", "\"intermediate_size\": 20", "\"intermediate_size\": 24");
        var model = PretrainedModel.FromDirectory(folder.Path);
        Assert.ThrowsExactly<ModelLoadException>(() => model.CreateClassifier(2));
        var before = LiveTensors.CountBeforeTest();
        Assert.ThrowsExactly<ModelLoadException>(() => model.CreateClassifier(2));
        Assert.AreEqual(before, Tensor.TotalCount);
    }

    private static void Shard(TemporaryFolder folder, string[] names)
    {
        using var scope = NewDisposeScope();
        var file = SafetensorsFile.Open(folder.File("model.safetensors"));
        var map = new List<string>();
        foreach (var (index, name) in names.Index())
        {
            var part = file.Tensors.Where((_, place) => place % names.Length == index).ToList();
            SafetensorsWriter.Save(folder.File(name), part.Select(entry => (entry.Name, file.ReadTensor(entry.Name))));
            map.AddRange(part.Select(entry => $"\"{entry.Name}\":\"{name}\""));
        }
        File.Delete(folder.File("model.safetensors"));
        File.WriteAllText(folder.File("model.safetensors.index.json"), $"{{\"weight_map\":{{{string.Join(',', map)}}}}}");
    }

    private static void RequireRefused(string directory, params string[] explanation)
    {
        var exception = Assert.ThrowsExactly<ModelLoadException>(() => PretrainedModel.FromDirectory(directory));
        foreach (var part in explanation)
            Assert.Contains(part, exception.Message);
    }
}
