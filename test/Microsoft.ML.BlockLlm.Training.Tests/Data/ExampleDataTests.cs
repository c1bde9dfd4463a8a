namespace Microsoft.ML.BlockLlm.Training.Tests;

[TestClass]
public sealed class ExampleDataTests
{
    [TestMethod]
    [DataRow(1, 4)]
    [DataRow(64, 4)]
    [DataRow(150, 4)]
    public void A_pass_has_every_example_once(int count, int batchSize)
    {
        var examples = Samples.Examples(count);
        var read = Read(examples, batchSize, seed: 3).SelectMany(batch => batch);

        CollectionAssert.AreEquivalent(examples, read.ToArray());
    }

    [TestMethod]
    public void Only_the_last_batch_of_a_pass_is_not_full()
    {
        var sizes = Read(Samples.Examples(151), batchSize: 4, seed: 3).Select(batch => batch.Count).ToArray();

        Assert.IsTrue(sizes[..^1].All(size => size == 4));
        Assert.AreEqual(3, sizes[^1]);
    }

    [TestMethod]
    public void The_seed_alone_decides_the_order()
    {
        var examples = Samples.Examples(100);

        CollectionAssert.AreEqual(Order(seed: 3), Order(seed: 3));
        CollectionAssert.AreNotEqual(Order(seed: 3), Order(seed: 4));

        Example[] Order(int seed) => [.. Read(examples, batchSize: 4, seed).SelectMany(batch => batch)];
    }

    [TestMethod]
    public void Examples_of_like_length_come_together()
    {
        var examples = Samples.Examples(640);

        var grouped = Read(examples, batchSize: 8, seed: 3).Sum(PaddedTokens);
        var ungrouped = examples.Chunk(8).Sum(PaddedTokens);

        Assert.IsTrue(grouped < 0.85 * ungrouped, $"{grouped} tokens with padding, {ungrouped} in the order given.");

        static int PaddedTokens(IReadOnlyList<Example> batch) => batch.Count * batch.Max(example => example.TokenIds.Length);
    }

    [TestMethod]
    public void No_example_is_refused()
    {
        var exception = Assert.ThrowsException<ArgumentException>(() => Samples.Data([]));

        StringAssert.Contains(exception.Message, "no examples");
    }

    private static List<IReadOnlyList<Example>> Read(Example[] examples, int batchSize, int seed)
    {
        var batches = new List<IReadOnlyList<Example>>();
        var data = new ExampleData<Example>(examples, Collate, example => example.TokenIds.Length);
        foreach (var batch in data.ReadShuffled(batchSize, seed))
            batch.Dispose();
        return batches;

        TrainingBatch Collate(IReadOnlyList<Example> batch)
        {
            batches.Add(batch);
            return Samples.Batch(batch);
        }
    }
}
