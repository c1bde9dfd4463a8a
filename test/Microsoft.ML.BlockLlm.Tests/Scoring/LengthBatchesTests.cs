using Microsoft.ML.BlockLlm.Scoring;

namespace Microsoft.ML.BlockLlm.Tests;

[TestClass]
public sealed class LengthBatchesTests
{
    private static readonly int[] Mixed = [.. Enumerable.Range(0, 500).Select(i => 1 + (i * 7919 % 300))];

    [TestMethod]
    public void Every_text_is_in_one_batch() =>
        CollectionAssert.AreEqual(Enumerable.Range(0, Mixed.Length).ToArray(), LengthBatches.Of(Mixed).SelectMany(places => places).Order().ToArray());

    [TestMethod]
    public void No_text_of_a_batch_is_longer_than_one_of_the_next()
    {
        var batches = LengthBatches.Of(Mixed).ToArray();

        Assert.IsTrue(batches.Length > 1);
        foreach (var (batch, next) in batches.Zip(batches.Skip(1)))
            Assert.IsTrue(batch.Max(place => Mixed[place]) <= next.Min(place => Mixed[place]));
    }

    [TestMethod]
    public void A_batch_has_no_more_tokens_than_it_may_padding_included()
    {
        foreach (var batch in LengthBatches.Of(Mixed))
            Assert.IsTrue(batch.Length * batch.Max(place => Mixed[place]) <= LengthBatches.TokensAtOnce);
    }

    [TestMethod]
    public void A_text_longer_than_that_is_a_batch_by_itself()
    {
        var batches = LengthBatches.Of([LengthBatches.TokensAtOnce + 2, 3, LengthBatches.TokensAtOnce + 1, 3]).ToArray();

        Assert.AreEqual("1 3, 2, 0", string.Join(", ", batches.Select(places => string.Join(' ', places))));
    }

    [TestMethod]
    public void Texts_of_one_length_keep_their_order() =>
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3 }, LengthBatches.Of([5, 5, 5, 5]).Single());

    [TestMethod]
    public void No_texts_are_no_batches() => Assert.IsFalse(LengthBatches.Of([]).Any());
}
