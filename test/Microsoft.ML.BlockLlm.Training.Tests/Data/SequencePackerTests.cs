using FsCheck;
using FsCheck.Fluent;

namespace Microsoft.ML.BlockLlm.Training.Tests;

[TestClass]
public sealed class SequencePackerTests
{
    private const int Length = 12;

    private static readonly Arbitrary<TokenDocument[]> s_documents =
        Gen.Choose(2, Length).Select(length => new TokenDocument(Enumerable.Range(0, length))).ArrayOf().ToArbitrary();

    [TestMethod]
    public void Every_document_is_packed_once_and_whole()
    {
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll(s_documents, documents =>
        {
            var packed = SequencePacker.Pack(documents, Length).SelectMany(sequence => sequence.Documents).ToArray();
            return packed.Length == documents.Length && packed.ToHashSet().SetEquals(documents);
        }));
    }

    [TestMethod]
    public void Every_pass_begins_anew()
    {
        TokenDocument[] documents = [new(new int[5]), new(new int[9])];
        var sequences = SequencePacker.Pack(documents, Length);

        _ = sequences.First();

        CollectionAssert.AreEquivalent(documents, sequences.SelectMany(sequence => sequence.Documents).ToArray());
    }

    [TestMethod]
    public void No_sequence_is_longer_than_asked_for()
    {
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll(s_documents, documents =>
            SequencePacker.Pack(documents, Length).All(sequence => sequence.Length <= Length)));
    }

    [TestMethod]
    public void Sequences_are_nearly_full()
    {
        var random = new Random(3);
        var documents = Enumerable.Range(0, 2000).Select(_ => new TokenDocument(new int[random.Next(2, 200)])).ToList();

        var sequences = SequencePacker.Pack(documents, 256).ToList();

        var filled = (double)documents.Sum(document => document.Length) / (256 * sequences.Count);
        Assert.IsTrue(filled > 0.95, $"{filled:P1} of the packed tokens are no padding.");
    }

    [TestMethod]
    public void Documents_are_read_only_as_sequences_are_asked_for()
    {
        var read = 0;
        var endless = Enumerable.Repeat(0, int.MaxValue).Select(_ =>
        {
            read++;
            return new TokenDocument(new int[Length]);
        });

        _ = SequencePacker.Pack(endless, Length).Take(5).Count();

        Assert.AreEqual(5, read);
    }

    [TestMethod]
    public void A_document_that_does_not_fit_is_refused()
    {
        var thrown = Assert.ThrowsExactly<ArgumentException>(() => _ = SequencePacker.Pack([new TokenDocument(new int[Length + 1])], Length).Count());
        StringAssert.StartsWith(thrown.Message, "A document has 13 tokens; only those of 2 to 12 tokens can be packed.");
    }
}
