using FsCheck.Fluent;

namespace Microsoft.ML.BlockLlm.Training.Tests;

[TestClass]
public sealed class TokenDocumentTests
{
    [TestMethod]
    public void Pieces_have_every_token_after_the_first_once_as_a_target()
    {
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll(Gen.Choose(2, 60).ToArbitrary(), Gen.Choose(2, 9).ToArbitrary(), (tokens, length) =>
        {
            var pieces = new TokenDocument(Enumerable.Range(0, tokens)).Split(length).ToList();
            var targets = pieces.SelectMany(piece => piece.Ids.Where((_, i) => piece.IsTarget(i))).ToArray();
            return targets.SequenceEqual(Enumerable.Range(1, tokens - 1)) && pieces.All(piece => piece.Length >= 2 && piece.Length <= length);
        }));
    }

    [TestMethod]
    public void A_prompt_that_is_too_long_loses_its_beginning()
    {
        var document = new TokenDocument([1, 2, 3, 4, 5, 6], [false, false, false, false, true, true]);

        var shortened = document.Truncate(3);

        CollectionAssert.AreEqual(new[] { 4, 5, 6 }, shortened.Ids.ToArray());
        Assert.AreEqual(2, shortened.TargetCount);
    }

    [TestMethod]
    public void A_completion_that_is_too_long_loses_its_end()
    {
        var document = new TokenDocument([1, 2, 3, 4, 5, 6], [false, false, true, true, true, true]);

        var shortened = document.Truncate(3);

        CollectionAssert.AreEqual(new[] { 2, 3, 4 }, shortened.Ids.ToArray());
        Assert.AreEqual(2, shortened.TargetCount);
    }

    [TestMethod]
    public void Targets_must_be_given_for_every_token()
    {
        var thrown = Assert.ThrowsExactly<ArgumentException>(() => _ = new TokenDocument([1, 2], [true]));
        StringAssert.StartsWith(thrown.Message, "There are 2 tokens but 1 values");
    }
}
