namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class FromHubTests
{
    private static string Source => TestFiles.Golden("bert-tiny");

    [TestMethod]
    public void Model_from_a_hub_is_the_model()
    {
        using var hub = new LocalHub(Source);
        using var cache = new TemporaryFolder();
        var model = PretrainedModel.FromHub(LocalHub.ModelName, Options(hub, cache));
        CollectionAssert.AreEqual(File.ReadAllBytes(Weights), File.ReadAllBytes(Path.Combine(model.Directory!, "model.safetensors")));
        using var encoder = model.CreateEncoder();
        Assert.AreEqual(16, encoder.FeatureCount);
    }

    [TestMethod]
    public void Only_files_of_the_model_are_fetched()
    {
        using var hub = new LocalHub(Source);
        using var cache = new TemporaryFolder();
        var model = PretrainedModel.FromHub(LocalHub.ModelName, Options(hub, cache));
        CollectionAssert.AreEquivalent(
            new[] { "config.json", "model.safetensors", "tokenizer.json" }, Directory.GetFiles(model.Directory!).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    public void File_in_the_cache_is_not_fetched_again()
    {
        using var hub = new LocalHub(Source);
        using var cache = new TemporaryFolder();
        PretrainedModel.FromHub(LocalHub.ModelName, Options(hub, cache));
        hub.Requests.Clear();
        PretrainedModel.FromHub(LocalHub.ModelName, Options(hub, cache));
        CollectionAssert.AreEqual(new[] { $"/api/models/{LocalHub.ModelName}/revision/main" }, hub.Requests.ToArray());
    }

    [TestMethod]
    public void Broken_download_goes_on_where_it_was()
    {
        using var hub = new LocalHub(Source) { BreakAfter = 1000 };
        using var cache = new TemporaryFolder();
        var model = PretrainedModel.FromHub(LocalHub.ModelName, Options(hub, cache));
        CollectionAssert.AreEqual(File.ReadAllBytes(Weights), File.ReadAllBytes(Path.Combine(model.Directory!, "model.safetensors")));
        CollectionAssert.Contains(hub.Requests.ToArray(), "/storage/model.safetensors bytes=1000-");
    }

    [TestMethod]
    public void Download_that_was_given_up_goes_on_the_next_time()
    {
        using var hub = new LocalHub(Source);
        using var cache = new TemporaryFolder();
        WritePart(cache, File.ReadAllBytes(Weights)[..2000]);
        PretrainedModel.FromHub(LocalHub.ModelName, Options(hub, cache));
        CollectionAssert.Contains(hub.Requests.ToArray(), "/storage/model.safetensors bytes=2000-");
    }

    [TestMethod]
    public void Download_that_stalls_goes_on_where_it_was()
    {
        using var hub = new LocalHub(Source) { StallAfter = 1000 };
        using var cache = new TemporaryFolder();
        var model = PretrainedModel.FromHub(LocalHub.ModelName, Options(hub, cache) with { StallTimeout = TimeSpan.FromSeconds(0.5) });
        CollectionAssert.AreEqual(File.ReadAllBytes(Weights), File.ReadAllBytes(Path.Combine(model.Directory!, "model.safetensors")));
        CollectionAssert.Contains(hub.Requests.ToArray(), "/storage/model.safetensors bytes=1000-");
    }

    [TestMethod]
    public void Hub_that_never_answers_is_given_up()
    {
        using var hub = new LocalHub(Source) { IsSilent = true };
        using var cache = new TemporaryFolder();
        var options = Options(hub, cache) with { StallTimeout = TimeSpan.FromSeconds(0.2) };
        var exception = Assert.ThrowsExactly<ModelLoadException>(() => PretrainedModel.FromHub(LocalHub.ModelName, options));
        Assert.Contains("Nothing came for 0.2 seconds (HubOptions.StallTimeout)", exception.Message);
    }

    [TestMethod]
    [DataRow(true, DisplayName = "By its digest")]
    [DataRow(false, DisplayName = "By its length")]
    public void Part_that_is_the_whole_file_is_taken(bool givesDigests) => RequireModelWith(givesDigests, File.ReadAllBytes(Weights), isTaken: true);

    [TestMethod]
    [DataRow(true, 0, DisplayName = "As long, of other bytes")]
    [DataRow(true, 10, DisplayName = "Longer")]
    [DataRow(false, 10, DisplayName = "Longer, without a digest")]
    public void Part_that_is_no_part_of_the_file_is_begun_anew(bool givesDigests, int surplus) =>
        RequireModelWith(givesDigests, new byte[new FileInfo(Weights).Length + surplus], isTaken: false);

    [TestMethod]
    public void File_with_another_digest_is_thrown_away()
    {
        using var hub = new LocalHub(Source) { Corrupts = true };
        using var cache = new TemporaryFolder();
        var exception = Assert.ThrowsExactly<ModelLoadException>(() => PretrainedModel.FromHub(LocalHub.ModelName, Options(hub, cache)));
        Assert.Contains("model.safetensors", exception.Message);
        Assert.Contains("another digest", exception.Message);
        Assert.IsEmpty(Directory.GetFiles(cache.Path, "model.safetensors*", SearchOption.AllDirectories));

        hub.Corrupts = false;
        PretrainedModel.FromHub(LocalHub.ModelName, Options(hub, cache));
    }

    [TestMethod]
    [DataRow("../outside.json")]
    [DataRow("/etc/config.json")]
    [DataRow("a/../../config.json")]
    [DataRow("..\\config.json")]
    [DataRow("")]
    public void File_outside_the_folder_is_refused(string name)
    {
        using var hub = new LocalHub(Source) { ExtraName = name };
        using var cache = new TemporaryFolder();
        var exception = Assert.ThrowsExactly<ModelLoadException>(() => PretrainedModel.FromHub(LocalHub.ModelName, Options(hub, cache)));
        Assert.Contains($"'{name}', which would not lie in the model's folder", exception.Message);
    }

    [TestMethod]
    public void Access_token_goes_to_the_hub_and_not_to_where_it_redirects()
    {
        using var storage = new LocalHub(Source);
        using var hub = new LocalHub(Source) { IsPrivate = true, Storage = storage };
        using var cache = new TemporaryFolder();
        PretrainedModel.FromHub(LocalHub.ModelName, Options(hub, cache) with { AccessToken = "secret" });

        CollectionAssert.AreEquivalent(hub.Requests.Select(request => $"{request} Bearer secret").ToArray(), hub.Authorizations.ToArray());
        CollectionAssert.AreEqual(new[] { "/storage/model.safetensors" }, storage.Requests.ToArray());
        Assert.IsEmpty(storage.Authorizations);
        foreach (var file in Directory.GetFiles(cache.Path, "*", SearchOption.AllDirectories))
            Assert.IsFalse(File.ReadAllText(file).Contains("secret"), file);
    }

    [TestMethod]
    public void Model_that_is_not_open_asks_for_an_access_token()
    {
        using var hub = new LocalHub(Source) { IsPrivate = true };
        using var cache = new TemporaryFolder();
        var exception = Assert.ThrowsExactly<ModelLoadException>(() => PretrainedModel.FromHub(LocalHub.ModelName, Options(hub, cache) with { AccessToken = null }));
        Assert.Contains("401", exception.Message);
        Assert.Contains("HF_TOKEN", exception.Message);
    }

    [TestMethod]
    public void Access_token_is_not_shown() => Assert.IsFalse(new HubOptions { AccessToken = "secret" }.ToString().Contains("secret"));

    [TestMethod]
    public void Settings_of_sentence_transformers_come_along()
    {
        using var folder = TemporaryFolder.CopyOf(Source);
        Directory.CreateDirectory(folder.File("1_Pooling"));
        File.WriteAllText(folder.File("modules.json"), """[{"type":"sentence_transformers.models.Pooling","path":"1_Pooling"}]""");
        File.WriteAllText(folder.File("1_Pooling/config.json"), """{"pooling_mode_cls_token":true}""");
        File.WriteAllText(folder.File("sentence_bert_config.json"), """{"max_seq_length":8}""");
        using var hub = new LocalHub(folder.Path);
        using var cache = new TemporaryFolder();
        var model = PretrainedModel.FromHub(LocalHub.ModelName, Options(hub, cache));

        Assert.AreEqual(8, model.CreateBatchEncoder().MaxTokens);
        Assert.AreEqual(File.ReadAllText(folder.File("modules.json")), File.ReadAllText(Path.Combine(model.Directory!, "modules.json")));
        Assert.AreEqual(File.ReadAllText(folder.File("1_Pooling/config.json")), File.ReadAllText(Path.Combine(model.Directory!, "1_Pooling/config.json")));
    }

    [TestMethod]
    public void Offline_mode_asks_nobody()
    {
        using var hub = new LocalHub(Source);
        using var cache = new TemporaryFolder();
        var online = PretrainedModel.FromHub(LocalHub.ModelName, Options(hub, cache));
        hub.Requests.Clear();
        var offline = PretrainedModel.FromHub(LocalHub.ModelName, Options(hub, cache) with { Offline = true });
        Assert.AreEqual(online.Directory, offline.Directory);
        Assert.IsEmpty(hub.Requests);
    }

    [TestMethod]
    public void Offline_mode_has_only_models_that_are_whole()
    {
        using var hub = new LocalHub(Source) { Corrupts = true };
        using var cache = new TemporaryFolder();
        Assert.ThrowsExactly<ModelLoadException>(() => PretrainedModel.FromHub(LocalHub.ModelName, Options(hub, cache)));
        var exception = Assert.ThrowsExactly<ModelLoadException>(
            () => PretrainedModel.FromHub(LocalHub.ModelName, Options(hub, cache) with { Offline = true }));
        Assert.Contains("not in the cache folder", exception.Message);
    }

    [TestMethod]
    public void Model_that_the_hub_does_not_have_is_explained()
    {
        using var hub = new LocalHub(Source);
        using var cache = new TemporaryFolder();
        var exception = Assert.ThrowsExactly<ModelLoadException>(() => PretrainedModel.FromHub("tester/nothing", Options(hub, cache)));
        Assert.Contains("tester/nothing", exception.Message);
        Assert.Contains("404", exception.Message);
    }

    [TestMethod]
    public void Hub_that_is_not_there_is_explained()
    {
        using var cache = new TemporaryFolder();
        Uri endpoint;
        using (var hub = new LocalHub(Source))
            endpoint = hub.Endpoint;
        var options = new HubOptions { Endpoint = endpoint, CacheDirectory = cache.Path };
        Assert.Contains("cannot be read", Assert.ThrowsExactly<ModelLoadException>(() => PretrainedModel.FromHub(LocalHub.ModelName, options)).Message);
    }

    [TestMethod]
    [DataRow("../tiny")]
    [DataRow("a/b/c")]
    [DataRow("/tiny")]
    [DataRow("tester/..")]
    [DataRow("tester/tiny?x")]
    public void Name_that_is_none_is_refused(string name) =>
        Assert.ThrowsExactly<ArgumentException>(() => PretrainedModel.FromHub(name));

    private static string Weights => Path.Combine(Source, "model.safetensors");

    private static void RequireModelWith(bool givesDigests, byte[] part, bool isTaken)
    {
        using var hub = new LocalHub(Source) { GivesDigests = givesDigests };
        using var cache = new TemporaryFolder();
        WritePart(cache, part);
        var model = PretrainedModel.FromHub(LocalHub.ModelName, Options(hub, cache));
        CollectionAssert.AreEqual(File.ReadAllBytes(Weights), File.ReadAllBytes(Path.Combine(model.Directory!, "model.safetensors")));
        Assert.AreEqual(!isTaken, hub.Requests.Contains("/storage/model.safetensors"));
    }

    private static void WritePart(TemporaryFolder cache, byte[] bytes)
    {
        var folder = Path.Combine(cache.Path, "models--tester--tiny", "snapshots", LocalHub.Commit);
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "model.safetensors.partial"), bytes);
    }

    private static HubOptions Options(LocalHub hub, TemporaryFolder cache) => new() { Endpoint = hub.Endpoint, CacheDirectory = cache.Path, Offline = false };
}
