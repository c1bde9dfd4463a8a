using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tests;

[TestClass]
public sealed class LanguageModelStreamingTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void No_more_of_a_corpus_is_read_than_training_and_its_buffers_need()
    {
        var read = 0;
        var endless = _ml.Data.LoadFromEnumerable(Verse.Endless().Select(verse =>
        {
            read++;
            return verse;
        }));

        using var model = LanguageModels.Trainer(_ml, LanguageModels.Options with { MaxSteps = 3, ShuffleBufferSize = 50 }).Fit(endless);

        Assert.AreEqual(3, model.TrainingSummary.Steps);
        Assert.IsTrue(read < 2000, $"{read} rows were read.");
    }

    [TestMethod]
    public void Rows_are_read_and_tokenised_on_another_thread_than_that_of_the_computing()
    {
        var readers = new HashSet<int>();
        var computing = new HashSet<int>();
        var rows = _ml.Data.LoadFromEnumerable(Verse.Endless().Select(verse =>
        {
            readers.Add(Environment.CurrentManagedThreadId);
            return verse;
        }));

        using var model = LanguageModels.Trainer(_ml, LanguageModels.Options with { MaxSteps = 3, ShuffleBufferSize = 4, Progress = new ThreadOf(computing) }).Fit(rows);

        Assert.AreEqual(1, computing.Count);
        Assert.IsFalse(readers.Overlaps(computing));
    }

    [TestMethod]
    public void The_seed_alone_decides_the_order_of_a_streamed_corpus()
    {
        var options = LanguageModels.Options with { Epochs = 2, ShuffleBufferSize = 7, Packing = false };

        CollectionAssert.AreEqual(Losses(seed: 4), Losses(seed: 4));
        CollectionAssert.AreNotEqual(Losses(seed: 4), Losses(seed: 5));

        double[] Losses(int seed)
        {
            using var model = LanguageModels.Trainer(_ml, options with { Seed = seed }).Fit(LanguageModels.Verses(_ml, 30));
            return [.. model.TrainingSummary.Losses];
        }
    }

    private sealed class ThreadOf(HashSet<int> threads) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => threads.Add(Environment.CurrentManagedThreadId);
    }
}
