using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Standins.Tests.MLNet;

[TestClass]
public sealed class RowOperationTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Rows_are_taken_and_skipped()
    {
        var view = Numbers(10);

        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, Read(_ml.Data.TakeRows(view, 3)));
        CollectionAssert.AreEqual(new[] { 8, 9 }, Read(_ml.Data.SkipRows(view, 8)));
        CollectionAssert.AreEqual(new[] { 4, 5 }, Read(_ml.Data.TakeRows(_ml.Data.SkipRows(view, 4), 2)));
        Assert.AreEqual(0, Read(_ml.Data.SkipRows(view, 20)).Length);
    }

    [TestMethod]
    public void Taking_no_rows_is_refused() => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.TakeRows(Numbers(3), 0));

    [TestMethod]
    public void Shuffled_rows_are_the_same_rows_in_another_order()
    {
        var shuffled = Read(_ml.Data.ShuffleRows(Numbers(100), seed: 3));

        CollectionAssert.AreEquivalent(Enumerable.Range(0, 100).ToArray(), shuffled);
        CollectionAssert.AreNotEqual(Enumerable.Range(0, 100).ToArray(), shuffled);
    }

    [TestMethod]
    public void A_shuffle_is_repeated_by_its_seed()
    {
        CollectionAssert.AreEqual(Read(_ml.Data.ShuffleRows(Numbers(100), seed: 3)), Read(_ml.Data.ShuffleRows(Numbers(100), seed: 3)));
        CollectionAssert.AreNotEqual(Read(_ml.Data.ShuffleRows(Numbers(100), seed: 3)), Read(_ml.Data.ShuffleRows(Numbers(100), seed: 4)));
    }

    [TestMethod]
    public void Train_and_test_set_share_no_row_and_lose_none()
    {
        var split = _ml.Data.TrainTestSplit(Numbers(1000), testFraction: 0.2);

        CollectionAssert.AreEquivalent(Enumerable.Range(0, 1000).ToArray(), Read(split.TrainSet).Concat(Read(split.TestSet)).ToArray());
        Assert.AreEqual(200, Read(split.TestSet).Length, delta: 50);
    }

    [TestMethod]
    public void A_split_is_repeated_by_its_seed()
    {
        CollectionAssert.AreEqual(
            Read(_ml.Data.TrainTestSplit(Numbers(100), 0.5, seed: 5).TestSet),
            Read(new MLContext(seed: 9).Data.TrainTestSplit(Numbers(100), 0.5, seed: 5).TestSet));
        CollectionAssert.AreNotEqual(
            Read(_ml.Data.TrainTestSplit(Numbers(100), 0.5, seed: 5).TestSet),
            Read(_ml.Data.TrainTestSplit(Numbers(100), 0.5, seed: 6).TestSet));
    }

    [TestMethod]
    public void A_split_is_the_same_whatever_columns_are_read()
    {
        var split = _ml.Data.TrainTestSplit(Numbers(100), 0.5, seed: 5);

        CollectionAssert.AreEqual(
            Read(split.TrainSet).Select(number => $"group {number % 10}").ToArray(), split.TrainSet.GetColumn<string>("Group").ToArray());
    }

    [TestMethod]
    public void Rows_with_the_same_sampling_key_stay_together()
    {
        var split = _ml.Data.TrainTestSplit(Numbers(200), 0.5, samplingKeyColumnName: "Group");

        var train = split.TrainSet.GetColumn<string>("Group").ToHashSet();
        var test = split.TestSet.GetColumn<string>("Group").ToHashSet();
        Assert.IsFalse(train.Overlaps(test));
        Assert.AreEqual(10, train.Count + test.Count);
    }

    [TestMethod]
    public void Every_row_is_in_the_test_set_of_one_fold()
    {
        var folds = _ml.Data.CrossValidationSplit(Numbers(300), numberOfFolds: 3);

        Assert.AreEqual(3, folds.Count);
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 300).ToArray(), folds.SelectMany(fold => Read(fold.TestSet)).ToArray());
        foreach (var fold in folds)
            CollectionAssert.AreEquivalent(Enumerable.Range(0, 300).ToArray(), Read(fold.TrainSet).Concat(Read(fold.TestSet)).ToArray());
    }

    [TestMethod]
    public void Fractions_outside_of_0_to_1_are_refused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.TrainTestSplit(Numbers(3), testFraction: 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.CrossValidationSplit(Numbers(3), numberOfFolds: 1));
    }

    [TestMethod]
    public void A_cache_reads_its_source_once()
    {
        int read = 0;
        IEnumerable<Row> Rows()
        {
            for (int i = 0; i < 3; i++)
            {
                read++;
                yield return new Row { Number = i };
            }
        }
        var cache = _ml.Data.Cache(_ml.Data.LoadFromEnumerable(Rows()));
        Assert.AreEqual(0, read);

        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, Read(cache));
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, Read(cache));

        Assert.AreEqual(3, read);
        Assert.IsTrue(cache.CanShuffle);
    }

    [TestMethod]
    public void A_cache_gives_rows_in_random_order_on_request()
    {
        var cache = _ml.Data.Cache(Numbers(50));
        var column = cache.Schema["Number"];
        using var cursor = cache.GetRowCursor([column], new Random(1));
        var getter = cursor.GetGetter<int>(column);
        var numbers = new List<int>();
        while (cursor.MoveNext())
        {
            int number = 0;
            getter(ref number);
            numbers.Add(number);
        }

        CollectionAssert.AreEquivalent(Enumerable.Range(0, 50).ToArray(), numbers);
        CollectionAssert.AreNotEqual(Enumerable.Range(0, 50).ToArray(), numbers);
    }

    [TestMethod]
    public void Cursors_of_a_set_visit_every_row_once()
    {
        var view = Numbers(20);
        var column = view.Schema["Number"];
        var numbers = new List<int>();
        foreach (var cursor in view.GetRowCursorSet([column], n: 3))
        {
            using (cursor)
            {
                var getter = cursor.GetGetter<int>(column);
                while (cursor.MoveNext())
                {
                    int number = 0;
                    getter(ref number);
                    numbers.Add(number);
                }
            }
        }

        CollectionAssert.AreEquivalent(Enumerable.Range(0, 20).ToArray(), numbers);
    }

    private static int[] Read(IDataView view) => view.GetColumn<int>("Number").ToArray();

    private IDataView Numbers(int count) =>
        _ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Row { Number = i, Group = $"group {i % 10}" }).ToArray());

    private sealed class Row
    {
        public int Number { get; set; }

        public string Group { get; set; } = "";
    }
}
