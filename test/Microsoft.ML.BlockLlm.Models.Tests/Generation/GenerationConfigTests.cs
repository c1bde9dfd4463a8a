namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>generation_config.json, whose ids end a text rather than those of config.json.</summary>
[TestClass]
public sealed class GenerationConfigTests
{
    private static readonly int[] s_prompt = [3, 1, 4];
    private static readonly GenerationOptions s_options = new() { MaxNewTokens = 10 };

    [TestMethod]
    [DataRow("ID")]
    [DataRow("[ID, 39]")]
    public void Its_ids_end_a_text(string ids)
    {
        var all = Generated(null);
        var expected = all.TakeWhile(id => id != all[4] && (id != 39 || ids == "ID")).ToArray();

        CollectionAssert.AreEqual(expected, Generated($"{{\"eos_token_id\": {ids.Replace("ID", $"{all[4]}", StringComparison.Ordinal)}}}"));
    }

    [TestMethod]
    [DataRow("{}")]
    [DataRow("{\"eos_token_id\": null}")]
    public void Without_ids_those_of_the_configuration_end_a_text(string content)
    {
        var all = Generated(null);

        CollectionAssert.AreEqual(all.TakeWhile(id => id != all[4]).ToArray(), Generated(content, endInConfig: all[4]));
    }

    [TestMethod]
    public void It_is_written_as_it_was_read()
    {
        const string content = "{\"eos_token_id\": [5, 6], \"top_p\": 0.9}";
        using var folder = GoldenDecoder.FolderWithTokenizer("llama");
        File.WriteAllText(folder.File("generation_config.json"), content);
        using var saved = new TemporaryFolder();
        using (var model = PretrainedModel.FromDirectory(folder.Path).CreateLanguageModel())
            model.Save(saved.Path);
        using var loaded = CausalLanguageModel.Load(saved.Path);

        Assert.AreEqual(content, File.ReadAllText(saved.File("generation_config.json")));
        CollectionAssert.AreEqual(new[] { 5, 6 }, loaded.EndOfTextIds.ToArray());
    }

    [TestMethod]
    public void Id_that_the_model_does_not_know_is_refused()
    {
        var exception = Assert.ThrowsExactly<ModelLoadException>(() => Generated("{\"eos_token_id\": [1, 4000]}"));
        Assert.Contains("generation_config.json: eos_token_id", exception.Message);
        Assert.Contains("4000", exception.Message);
    }

    private static int[] Generated(string? content, int? endInConfig = null)
    {
        using var folder = TemporaryFolder.CopyOf(GoldenDecoder.FolderOf("llama"));
        if (content is not null)
            File.WriteAllText(folder.File("generation_config.json"), content);
        if (endInConfig is { } id)
            folder.Replace("config.json", "\"model_type\"", $"\"eos_token_id\": {id}, \"model_type\"");
        using var model = CausalLanguageModel.Load(folder.Path);
        return [.. model.GenerateIds(s_prompt, s_options)];
    }
}
