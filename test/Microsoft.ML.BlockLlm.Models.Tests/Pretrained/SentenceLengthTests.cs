namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>Folders of the sentence-transformers library say how long the texts are that they embed.</summary>
[TestClass]
public sealed class SentenceLengthTests
{
    [TestMethod]
    [DataRow("sentence_bert_config.json")]
    [DataRow("sentence_roberta_config.json")]
    [DataRow("sentence_distilbert_config.json")]
    public void The_folder_chooses_the_length(string name)
    {
        using var folder = With(name, """{"max_seq_length":5,"do_lower_case":false}""");
        var encoder = PretrainedModel.FromDirectory(folder.Path).CreateBatchEncoder();
        Assert.AreEqual(5, encoder.MaxTokens);
        using var batch = encoder.CreateBatch([encoder.Encode("a b c a b c a b c")]);
        Assert.AreEqual(5, batch.Length);
    }

    [TestMethod]
    [DataRow("""{"max_seq_length":512}""", DisplayName = "Longer than the model takes")]
    [DataRow("""{"max_seq_length":null}""")]
    [DataRow("{}")]
    public void The_model_takes_no_more_than_it_can(string settings)
    {
        using var folder = With("sentence_bert_config.json", settings);
        Assert.AreEqual(12, PretrainedModel.FromDirectory(folder.Path).CreateBatchEncoder().MaxTokens);
    }

    [TestMethod]
    public void Another_length_may_be_asked_for()
    {
        using var folder = With("sentence_bert_config.json", """{"max_seq_length":5}""");
        Assert.AreEqual(9, PretrainedModel.FromDirectory(folder.Path).CreateBatchEncoder(9).MaxTokens);
    }

    [TestMethod]
    [DataRow("""{"max_seq_length":0}""", "max_seq_length: is 0")]
    [DataRow("""{"max_seq_length":"x"}""", "sentence_bert_config.json is no valid")]
    [DataRow("""{"max_seq_length":5,"do_lower_case":true}""", "do_lower_case")]
    public void What_is_not_supported_is_named(string settings, string problem)
    {
        using var folder = With("sentence_bert_config.json", settings);
        var model = PretrainedModel.FromDirectory(folder.Path);
        Assert.Contains(problem, Assert.ThrowsExactly<ModelLoadException>(() => model.CreateBatchEncoder()).Message);
    }

    private static TemporaryFolder With(string name, string settings)
    {
        var folder = TemporaryFolder.CopyOf(TestFiles.Golden("bert-tiny"));
        File.WriteAllText(folder.File(name), settings);
        return folder;
    }
}
