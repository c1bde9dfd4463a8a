namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class BatchEncoderTests
{
    private static readonly BatchEncoder s_encoder = PretrainedModel.FromDirectory(TestFiles.TinyUseLite).CreateBatchEncoder();

    [TestMethod]
    public void Shorter_texts_are_padded_to_the_longest()
    {
        using var batch = s_encoder.CreateBatch([s_encoder.Encode("the cat sat"), s_encoder.Encode("the")]);
        CollectionAssert.AreEqual(new long[] { 2, 3 }, batch.InputIds.shape);
        CollectionAssert.AreEqual(new long[] { 5, 7, 8, 5, 0, 0 }, batch.InputIds.data<long>().ToArray());
        CollectionAssert.AreEqual(new[] { true, true, true, true, false, false }, batch.AttentionMask!.data<bool>().ToArray());
    }

    [TestMethod]
    public void Texts_of_one_length_need_no_mask()
    {
        using var batch = s_encoder.CreateBatch([s_encoder.Encode("the cat"), s_encoder.Encode("on mat")]);
        Assert.IsNull(batch.AttentionMask);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("")]
    public void Text_without_tokens_gets_the_space_piece(string? text)
    {
        using var batch = s_encoder.CreateBatch([s_encoder.Encode(text)]);
        CollectionAssert.AreEqual(new long[] { 6 }, batch.InputIds.data<long>().ToArray());
    }

    [TestMethod]
    public void Long_text_is_cut_at_the_limit()
    {
        var model = PretrainedModel.FromDirectory(TestFiles.TinyUseLite);
        var text = string.Join(' ', Enumerable.Repeat("cat", 1000));
        Assert.AreEqual(16, model.CreateBatchEncoder().Encode(text).Length);
        Assert.AreEqual(4, model.CreateBatchEncoder(maxTokens: 4).Encode(text).Length);
    }

    [TestMethod]
    public void Batch_of_pairs_holds_all_first_texts_then_all_second_ones()
    {
        using var batch = s_encoder.CreateBatch([s_encoder.EncodePair("the", "cat"), s_encoder.EncodePair("on", "mat sat")]);
        CollectionAssert.AreEqual(new long[] { 4, 2 }, batch.InputIds.shape);
        CollectionAssert.AreEqual(new long[] { 5, 0, 9, 0, 7, 0, 10, 8 }, batch.InputIds.data<long>().ToArray());
    }

    [TestMethod]
    public void Length_of_a_pair_is_that_of_the_longer_text()
    {
        var pair = s_encoder.EncodePair("the", "mat sat");
        Assert.AreEqual(2, pair.Length);
        Assert.AreEqual(3, pair.TokenCount);
    }

    [TestMethod]
    public void Single_texts_and_pairs_do_not_mix() =>
        Assert.ThrowsExactly<ArgumentException>(() => s_encoder.CreateBatch([s_encoder.Encode("the"), s_encoder.EncodePair("the", "cat")]));

    [TestMethod]
    public void Batch_of_no_text_is_refused() => Assert.ThrowsExactly<ArgumentException>(() => s_encoder.CreateBatch([]));

    [TestMethod]
    [DataRow(0)]
    [DataRow(17)]
    public void Limit_must_be_one_that_the_model_takes(int maxTokens) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => PretrainedModel.FromDirectory(TestFiles.TinyUseLite).CreateBatchEncoder(maxTokens));
}
