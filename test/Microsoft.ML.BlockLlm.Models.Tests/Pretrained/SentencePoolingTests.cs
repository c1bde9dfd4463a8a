namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>Folders of the sentence-transformers library say how their texts are pooled.</summary>
[TestClass]
public sealed class SentencePoolingTests
{
    private const string Modules = """
        [{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},
         {"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"},
         {"idx":2,"name":"2","path":"2_Normalize","type":"sentence_transformers.models.Normalize"}]
        """;

    [TestMethod]
    [DataRow("cls_token", TokenPooling.FirstToken)]
    [DataRow("mean_tokens", TokenPooling.Mean)]
    [DataRow("lasttoken", TokenPooling.LastToken)]
    public void The_folder_chooses_the_pooling(string mode, TokenPooling pooling)
    {
        using var folder = WithModules(Modules, $$"""{"word_embedding_dimension":16,"pooling_mode_{{mode}}":true,"pooling_mode_max_tokens":false,"include_prompt":true}""");
        var model = PretrainedModel.FromDirectory(folder.Path);
        using var byDefault = model.CreateEncoder();
        using var chosen = model.CreateEncoder(pooling);
        using var other = model.CreateEncoder(pooling == TokenPooling.Mean ? TokenPooling.FirstToken : TokenPooling.Mean);
        var encoder = model.CreateBatchEncoder();
        using var batch = encoder.CreateBatch([encoder.Encode("the cat"), encoder.Encode("the cat sat on the mat")]);
        using var features = byDefault.forward(batch);
        using var expected = chosen.forward(batch);
        using var different = other.forward(batch);

        Assert.IsTrue(features.allclose(expected, 0, 0));
        Assert.IsFalse(features.allclose(different));
    }

    [TestMethod]
    public void The_last_token_is_that_before_the_padding()
    {
        using var encoder = PretrainedModel.FromDirectory(TestFiles.Golden("bert-tiny")).CreateEncoder(TokenPooling.LastToken);
        var texts = PretrainedModel.FromDirectory(TestFiles.Golden("bert-tiny")).CreateBatchEncoder();
        using var batch = texts.CreateBatch([texts.Encode("the cat"), texts.Encode("the cat sat on the mat")]);
        using var single = texts.CreateBatch([texts.Encode("the cat")]);
        using var together = encoder.forward(batch);
        using var alone = encoder.forward(single);

        Assert.IsTrue(together[0].allclose(alone[0], 1e-5, 1e-6));
    }

    [TestMethod]
    [DataRow(Modules, """{"pooling_mode_max_tokens":true}""", "max_tokens")]
    [DataRow(Modules, """{"pooling_mode_mean_tokens":true,"pooling_mode_cls_token":true}""", "mean_tokens and cls_token")]
    [DataRow("""[{"path":"2_Dense","type":"sentence_transformers.models.Dense"}]""", "{}", "'Dense'")]
    [DataRow("""[{"path":"../1_Pooling","type":"sentence_transformers.models.Pooling"}]""", "{}", "'../1_Pooling'")]
    [DataRow("""[{"path":"3_Pooling","type":"sentence_transformers.models.Pooling"}]""", "{}", "3_Pooling/config.json is missing")]
    [DataRow("[", "{}", "no valid description")]
    public void What_is_not_supported_is_named(string modules, string settings, string problem)
    {
        using var folder = WithModules(modules, settings);
        var model = PretrainedModel.FromDirectory(folder.Path);

        var exception = Assert.ThrowsExactly<ModelLoadException>(() => model.CreateEncoder());
        Assert.Contains(problem, exception.Message);
        model.CreateEncoder(TokenPooling.Mean).Dispose();
    }

    private static TemporaryFolder WithModules(string modules, string settings)
    {
        var folder = TemporaryFolder.CopyOf(TestFiles.Golden("bert-tiny"));
        Directory.CreateDirectory(folder.File("1_Pooling"));
        File.WriteAllText(folder.File("modules.json"), modules);
        File.WriteAllText(folder.File("1_Pooling/config.json"), settings);
        return folder;
    }
}
