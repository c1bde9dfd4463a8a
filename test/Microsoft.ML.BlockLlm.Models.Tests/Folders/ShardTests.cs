using System.Text.Json;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>Weights in several files, with <c>model.safetensors.index.json</c>.</summary>
[TestClass]
public sealed class ShardTests
{
    private const string One = "model-00001-of-00002.safetensors";
    private const string Two = "model-00002-of-00002.safetensors";
    private const string Index = "model.safetensors.index.json";
    private const string Bias = "classifier.bias";

    [TestMethod]
    public void Sharded_classifier_is_the_whole_one()
    {
        using var folder = Sharded(_ => { });
        using var whole = SequenceClassifier.Load(TestFiles.Golden("bert-tiny"));
        using var sharded = SequenceClassifier.Load(folder.Path);
        foreach (var ((name, expected), (_, actual)) in whole.named_parameters().Zip(sharded.named_parameters()))
            Assert.IsTrue(expected.bytes.SequenceEqual(actual.bytes), name);
    }

    [TestMethod]
    public void Tensor_in_two_files_is_refused()
    {
        using var folder = Sharded(_ => { }, repeated: Bias);
        RequireRefused(folder, $"'{Bias}' is in {One} and {Two}");
    }

    [TestMethod]
    public void Tensor_that_lies_in_another_file_than_the_index_says_is_refused()
    {
        using var folder = Sharded(map => map[Bias] = map[Bias] == One ? Two : One);
        RequireRefused(folder, $"'{Bias}' is not in");
    }

    [TestMethod]
    public void Tensor_that_the_index_does_not_name_is_refused()
    {
        using var folder = Sharded(map => map.Remove(Bias));
        RequireRefused(folder, $"'{Bias}' in", "is not named");
    }

    [TestMethod]
    public void Tensor_that_only_the_index_names_is_refused()
    {
        using var folder = Sharded(map => map["stranger"] = One);
        RequireRefused(folder, $"'stranger' is not in {One}");
    }

    [TestMethod]
    public void Missing_file_is_named()
    {
        using var folder = Sharded(_ => { });
        File.Delete(folder.File(Two));
        RequireRefused(folder, $"'{Two}', which is not in the folder");
    }

    [TestMethod]
    [DataRow("../" + One)]
    [DataRow("/etc/passwd")]
    [DataRow("sub/" + One)]
    [DataRow("..")]
    [DataRow("")]
    public void File_outside_the_folder_is_never_opened(string name)
    {
        using var folder = Sharded(map => map[Bias] = name);
        RequireRefused(folder, $"'{name}', which is not in the folder");
    }

    [TestMethod]
    public void Files_may_be_links_to_elsewhere_as_the_cache_of_the_hub_has_them()
    {
        using var blobs = Sharded(_ => { });
        using var snapshot = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(blobs.Path))
            File.CreateSymbolicLink(snapshot.File(Path.GetFileName(file)), file);
        using var expected = SequenceClassifier.Load(blobs.Path);
        using var linked = SequenceClassifier.Load(snapshot.Path);
        foreach (var ((name, parameter), (_, actual)) in expected.named_parameters().Zip(linked.named_parameters()))
            Assert.IsTrue(parameter.bytes.SequenceEqual(actual.bytes), name);
    }

    [TestMethod]
    [DataRow("nowhere")]
    [DataRow("")]
    public void A_link_that_leads_to_no_file_is_named(string target)
    {
        using var folder = Sharded(_ => { });
        File.Delete(folder.File(Two));
        File.CreateSymbolicLink(folder.File(Two), folder.File(target));
        RequireRefused(folder, folder.Path, Two);
    }

    [TestMethod]
    [DataRow("{}")]
    [DataRow("[]")]
    [DataRow("{\"weight_map\": {\"classifier.bias\": 1}}")]
    [DataRow("{\"weight_map\"")]
    public void Index_of_another_form_is_explained(string json)
    {
        using var folder = Sharded(_ => { });
        File.WriteAllText(folder.File(Index), json);
        RequireRefused(folder, Index, "weight_map");
    }

    [TestMethod]
    public void Half_precision_files_become_single_precision()
    {
        using var folder = Sharded(_ => { }, type: float16);
        using var classifier = SequenceClassifier.Load(folder.Path);
        Assert.IsTrue(classifier.parameters().All(parameter => parameter.dtype == ScalarType.Float32));
    }

    private static TemporaryFolder Sharded(Action<Dictionary<string, string>> change, string? repeated = null, ScalarType type = ScalarType.Float32)
    {
        var folder = TemporaryFolder.CopyOf(TestFiles.Golden("bert-tiny"));
        using var scope = NewDisposeScope();
        var whole = SafetensorsFile.Open(folder.File("model.safetensors"));
        var fileOf = whole.Tensors.Index().ToDictionary(item => item.Item.Name, item => item.Index % 2 == 0 ? One : Two);
        foreach (var file in new[] { One, Two })
        {
            var part = fileOf.Where(item => item.Value == file || item.Key == repeated);
            SafetensorsWriter.Save(folder.File(file), part.Select(item => (item.Key, whole.ReadTensor(item.Key).to_type(type))));
        }
        File.Delete(folder.File("model.safetensors"));
        change(fileOf);
        File.WriteAllText(folder.File(Index), JsonSerializer.Serialize(new { weight_map = fileOf }));
        return folder;
    }

    private static void RequireRefused(TemporaryFolder folder, params string[] explanation)
    {
        var exception = Assert.ThrowsExactly<ModelLoadException>(() =>
        {
            using var encoder = PretrainedModel.FromDirectory(folder.Path).CreateEncoder();
        });
        foreach (var part in explanation)
            Assert.Contains(part, exception.Message);
    }
}
