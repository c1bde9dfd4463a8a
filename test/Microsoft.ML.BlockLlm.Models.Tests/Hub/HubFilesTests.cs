using System.Text.Json;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>Which files of a repository are fetched, and which repositories are refused for what they hold.</summary>
[TestClass]
public sealed class HubFilesTests
{
    private const string Index = "model.safetensors.index.json";

    [TestMethod]
    public void Repository_with_pickles_alone_is_refused_before_anything_is_fetched()
    {
        using var source = TemporaryFolder.CopyOf(TestFiles.Golden("bert-tiny"));
        File.Delete(source.File("model.safetensors"));
        Assert.Contains("pytorch_model.bin. That is a Python pickle", RequireRefusedFromListing(source));
    }

    [TestMethod]
    public void Repository_without_weights_is_refused_before_anything_is_fetched()
    {
        using var source = TemporaryFolder.CopyOf(TestFiles.Golden("bert-tiny"));
        File.Delete(source.File("model.safetensors"));
        Assert.Contains("has no model.safetensors", RequireRefusedFromListing(source, hasPickle: false));
    }

    [TestMethod]
    public void Parts_that_the_index_names_are_fetched_whatever_they_are_called()
    {
        using var source = Sharded("first.weights", "second part.weights");
        File.WriteAllText(source.File("model-00009-of-00009.safetensors"), "Not named in the index.");
        using var hub = new LocalHub(source.Path);
        using var cache = new TemporaryFolder();
        var model = PretrainedModel.FromHub(LocalHub.ModelName, Options(hub, cache));

        CollectionAssert.AreEquivalent(
            new[] { "config.json", "tokenizer.json", Index, "first.weights", "second part.weights" }, Directory.GetFiles(model.Directory!).Select(Path.GetFileName).ToArray());
        using var encoder = model.CreateEncoder();
        Assert.AreEqual(16, encoder.FeatureCount);
    }

    [TestMethod]
    public void Part_that_the_hub_does_not_have_is_named()
    {
        using var source = Sharded("first.weights", "second.weights");
        File.Delete(source.File("second.weights"));
        Assert.Contains($"{Index} names the file 'second.weights', which the hub does not have", RequireRefused(source));
    }

    [TestMethod]
    [DataRow("../outside")]
    [DataRow("..")]
    [DataRow("..\\outside")]
    [DataRow("C:outside")]
    [DataRow("1_Pooling/config.json")]
    public void Part_outside_the_folder_is_refused(string name)
    {
        using var source = Sharded("first.weights", "second.weights");
        source.Replace(Index, "second.weights", JsonEncodedText.Encode(name).ToString());
        Assert.Contains($"names the file '{name}', which is not in the folder", RequireRefused(source));
    }

    private static string RequireRefusedFromListing(TemporaryFolder source, bool hasPickle = true)
    {
        using var hub = new LocalHub(source.Path) { HasPickle = hasPickle };
        using var cache = new TemporaryFolder();
        var exception = Assert.ThrowsExactly<ModelLoadException>(() => PretrainedModel.FromHub(LocalHub.ModelName, Options(hub, cache)));
        Assert.HasCount(1, hub.Requests);
        Assert.IsEmpty(Directory.GetFileSystemEntries(cache.Path));
        return exception.Message;
    }

    private static string RequireRefused(TemporaryFolder source)
    {
        using var hub = new LocalHub(source.Path);
        using var cache = new TemporaryFolder();
        return Assert.ThrowsExactly<ModelLoadException>(() => PretrainedModel.FromHub(LocalHub.ModelName, Options(hub, cache))).Message;
    }

    private static TemporaryFolder Sharded(string first, string second)
    {
        var folder = TemporaryFolder.CopyOf(TestFiles.Golden("bert-tiny"));
        using var scope = NewDisposeScope();
        var whole = SafetensorsFile.Open(folder.File("model.safetensors"));
        var fileOf = whole.Tensors.Index().ToDictionary(item => item.Item.Name, item => item.Index % 2 == 0 ? first : second);
        foreach (var file in new[] { first, second })
            SafetensorsWriter.Save(folder.File(file), fileOf.Where(item => item.Value == file).Select(item => (item.Key, whole.ReadTensor(item.Key))));
        File.Delete(folder.File("model.safetensors"));
        File.WriteAllText(folder.File(Index), JsonSerializer.Serialize(new { weight_map = fileOf }));
        return folder;
    }

    private static HubOptions Options(LocalHub hub, TemporaryFolder cache) => new() { Endpoint = hub.Endpoint, CacheDirectory = cache.Path, Offline = false };
}
