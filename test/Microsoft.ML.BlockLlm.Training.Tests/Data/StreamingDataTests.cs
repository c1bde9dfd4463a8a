using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

[TestClass]
public sealed class StreamingDataTests
{
    [TestMethod]
    public void A_shuffled_pass_gives_every_example_once_in_an_order_of_the_seed()
    {
        var data = Numbers(Enumerable.Range(0, 500), shuffleBufferSize: 64);

        var first = Read(data.ReadShuffled(16, seed: 7));

        CollectionAssert.AreEqual(Enumerable.Range(0, 500).ToArray(), first.Order().ToArray());
        CollectionAssert.AreEqual(first, Read(data.ReadShuffled(16, seed: 7)));
        CollectionAssert.AreNotEqual(first, Read(data.ReadShuffled(16, seed: 8)));
        CollectionAssert.AreNotEqual(first.Order().ToArray(), first);
    }

    [TestMethod]
    public void A_pass_for_evaluation_keeps_the_order()
    {
        var data = Numbers(Enumerable.Range(0, 50));
        CollectionAssert.AreEqual(Enumerable.Range(0, 50).ToArray(), Read(data.ReadAll(8)));
    }

    [TestMethod]
    public void No_more_is_read_than_the_queue_and_the_buffer_hold()
    {
        var read = 0;
        var endless = Enumerable.Repeat(0, int.MaxValue).Select(_ => Interlocked.Increment(ref read));
        var data = Numbers(endless, shuffleBufferSize: 100);

        var taken = Read(data.ReadShuffled(10, seed: 1).Take(5));

        Assert.AreEqual(50, taken.Length);
        Assert.IsTrue(read < 1000, $"{read} examples were read.");
    }

    [TestMethod]
    public void What_the_reader_throws_reaches_the_consumer()
    {
        var data = Numbers(Enumerable.Range(0, 20).Select(number => number < 15 ? number : throw new InvalidDataException("Row 15 is broken.")));

        var thrown = Assert.ThrowsExactly<InvalidDataException>(() => Read(data.ReadAll(4)));

        Assert.AreEqual("Row 15 is broken.", thrown.Message);
    }

    [TestMethod]
    public void A_consumer_that_stops_early_closes_the_source()
    {
        var closed = false;
        var data = Numbers(Source());

        _ = Read(data.ReadAll(4).Take(1));

        Assert.IsTrue(closed);

        IEnumerable<int> Source()
        {
            try
            {
                for (var i = 0; ; i++)
                    yield return i;
            }
            finally
            {
                closed = true;
            }
        }
    }

    [TestMethod]
    public void Data_without_examples_is_refused()
    {
        var thrown = Assert.ThrowsExactly<InvalidOperationException>(() => Read(Numbers([]).ReadShuffled(4, 1)));
        StringAssert.StartsWith(thrown.Message, "The data has no examples");
    }

    [TestMethod]
    public void Training_on_data_of_unknown_length_needs_a_number_of_updates()
    {
        using var model = new TiedModel();
        using var optimizer = new AdamWOptimizer(model.named_parameters());

        var thrown = Assert.ThrowsExactly<ArgumentException>(() => new TrainingLoop(model, optimizer).Run(Streamed(Samples.Examples(20))));

        StringAssert.StartsWith(thrown.Message, "The data does not say how many examples it has");
    }

    [TestMethod]
    public void Training_goes_through_the_data_until_it_has_made_its_updates()
    {
        using var model = new TiedModel();
        using var optimizer = new AdamWOptimizer(model.named_parameters());

        var summary = new TrainingLoop(model, optimizer, new TrainingOptions { Epochs = 10, MaxSteps = 7, BatchSize = 10 }).Run(Streamed(Samples.Examples(25)), Streamed(Samples.Examples(25)));

        Assert.AreEqual(7, summary.Steps);
        Assert.AreEqual(3, summary.History[^1].Epoch);
        Assert.AreEqual(7, summary.Evaluations.Single().Step);
    }

    private static StreamingData<int> Numbers(IEnumerable<int> numbers, int shuffleBufferSize = 16) => new(
        () => numbers,
        batch => new TrainingBatch(new TokenBatch(tensor(batch.Select(number => (long)number).ToArray()).unsqueeze(1)), zeros(batch.Count, int64)),
        shuffleBufferSize);

    private static StreamingData<Example> Streamed(Example[] examples) => new(() => examples, batch => Samples.Batch(batch));

    private static int[] Read(IEnumerable<TrainingBatch> batches)
    {
        var numbers = new List<int>();
        foreach (var batch in batches)
        {
            using (batch)
                numbers.AddRange(batch.Tokens.InputIds.data<long>().ToArray().Select(number => (int)number));
        }
        return [.. numbers];
    }
}
