using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class DecoderClassifierTests
{
    public static IEnumerable<object[]> Names => GoldenDecoder.Names;

    [TestMethod]
    [DataRow("llama-classifier")]
    [DataRow("gpt2-classifier")]
    public void Logits_are_what_the_head_without_a_bias_gives_for_the_last_token(string name)
    {
        using var folder = GoldenDecoder.FolderWithTokenizer(name);
        using var classifier = SequenceClassifier.Load(folder.Path);
        classifier.eval();
        var golden = GoldenDecoder.Read(name);
        using var batch = golden.Batch();
        using var logits = classifier.forward(batch);
        using var ofLastTokens = logits.unsqueeze(1);

        GoldenDecoder.AssertLogits([.. golden.Logits.Select(row => row[^1..])], ofLastTokens);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void A_row_is_classified_by_its_last_token_whatever_follows_in_the_batch(string name)
    {
        using var folder = GoldenDecoder.FolderWithTokenizer(name);
        using var classifier = PretrainedModel.FromDirectory(folder.Path).CreateClassifier(classCount: 3, dropout: 0);
        classifier.eval();
        var golden = GoldenDecoder.Read(name);
        using var batch = golden.Batch();
        using var logits = classifier.forward(batch);
        for (var row = 0; row < golden.Rows.Length; row++)
        {
            using var scope = NewDisposeScope();
            using var alone = new TokenBatch(tensor(golden.Rows[row]).unsqueeze(0));
            Assert.IsTrue(logits[row].allclose(classifier.forward(alone)[0], 1e-5, 1e-6), $"Row {row} depends on its padding.");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void A_pair_stands_in_one_row_as_the_template_says(string name)
    {
        using var folder = GoldenDecoder.FolderWithTokenizer(name);
        folder.Replace("tokenizer.json", "\"post_processor\": null", """
            "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
            "pair": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "<s>", "type_id": 1}},
            {"Sequence": {"id": "B", "type_id": 1}}], "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}}
            """);
        using var classifier = PretrainedModel.FromDirectory(folder.Path).CreateClassifier(classCount: 3, textPairs: true, dropout: 0);
        classifier.eval();
        var encoder = classifier.CreateBatchEncoder();
        using var batch = encoder.CreateBatch([encoder.EncodePair("the cat", "sat"), encoder.EncodePair("a", "b")]);
        using var logits = classifier.forward(batch);
        long[] row = [1, .. classifier.Tokenizer.EncodeToIds("the cat").Select(id => (long)id), 1, .. classifier.Tokenizer.EncodeToIds("sat").Select(id => (long)id)];
        using var alone = new TokenBatch(tensor(row).unsqueeze(0));
        using var expected = classifier.forward(alone);

        CollectionAssert.AreEqual(new long[] { 2, 3 }, logits.shape);
        CollectionAssert.AreEqual(row, batch.InputIds[0].data<long>().Take(row.Length).ToArray());
        Assert.IsTrue(logits[0].allclose(expected[0], 1e-5, 1e-6));
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void A_saved_classifier_has_the_head_of_its_family_and_gives_the_same_logits(string name)
    {
        using var folder = GoldenDecoder.FolderWithTokenizer(name);
        using var saved = new TemporaryFolder();
        using var batch = GoldenDecoder.Read(name).Batch();
        using var classifier = PretrainedModel.FromDirectory(folder.Path).CreateClassifier(classCount: 3);
        classifier.eval();
        classifier.Save(saved.Path);
        using var loaded = SequenceClassifier.Load(saved.Path);
        using var before = classifier.forward(batch);
        using var after = loaded.forward(batch);

        Assert.IsTrue(before.allclose(after, 0, 0));
        var names = SafetensorsFile.Open(saved.File("model.safetensors")).Tensors.Select(tensor => tensor.Name).ToList();
        Assert.Contains("score.weight", names);
        Assert.DoesNotContain("score.bias", names);
        StringAssert.Contains(File.ReadAllText(saved.File("config.json")), "ForSequenceClassification");
    }
}
