using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Tests;

[TestClass]
public sealed class ScoringTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Nothing_is_read_before_a_cursor_moves()
    {
        using var model = Pipelines.Trainer(_ml).Fit(Pipelines.Keyed(_ml));
        var read = 0;
        var rows = Message.Make(100).Select(message =>
        {
            read++;
            return message;
        });

        var scored = model.Transform(_ml.Data.LoadFromEnumerable(rows));
        using var cursor = scored.GetRowCursor(scored.Schema);
        Assert.AreEqual(0, read);

        cursor.MoveNext();
        Assert.IsTrue(read is > 0 and <= 33, $"{read} rows were read for the first one.");
    }

    [TestMethod]
    public void Reading_other_columns_scores_nothing()
    {
        var data = Pipelines.Keyed(_ml);
        var model = Pipelines.Trainer(_ml).Fit(data);
        var scored = model.Transform(data);

        // Without its weights the model could not score.
        model.Dispose();

        Assert.AreEqual(60, scored.GetColumn<string>("Text").Count());
        Assert.ThrowsExactly<ObjectDisposedException>(() => Pipelines.Scores(model, data));
    }

    [TestMethod]
    public void A_shuffled_cursor_gives_each_row_its_own_scores()
    {
        var data = _ml.Data.Cache(Pipelines.Keyed(_ml, count: 75));
        using var model = Pipelines.Trainer(_ml).Fit(data);
        var scored = model.Transform(data);
        var scoreOf = scored.GetColumn<string>("Text").Zip(Pipelines.Scores(model, data)).DistinctBy(row => row.First).ToDictionary(row => row.First, row => row.Second);
        Assert.IsTrue(scored.CanShuffle);

        using var cursor = scored.GetRowCursor(scored.Schema, new Random(3));
        var text = cursor.GetGetter<ReadOnlyMemory<char>>(scored.Schema["Text"]);
        var score = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
        ReadOnlyMemory<char> textValue = default;
        VBuffer<float> scoreValue = default;
        var rows = 0;
        for (; cursor.MoveNext(); rows++)
        {
            text(ref textValue);
            score(ref scoreValue);
            foreach (var (expected, actual) in scoreOf[textValue.ToString()].Zip(scoreValue.DenseValues()))
                Assert.AreEqual(expected, actual, 1e-5f);
        }

        Assert.AreEqual(75, rows);
    }

    [TestMethod]
    public void A_cursor_that_stands_on_no_row_gives_no_value()
    {
        var data = Pipelines.Keyed(_ml);
        using var model = Pipelines.Trainer(_ml).Fit(data);
        var scored = model.Transform(data);
        using var cursor = scored.GetRowCursor(scored.Schema);
        var label = cursor.GetGetter<uint>(scored.Schema["PredictedLabel"]);
        uint value = 0;

        Assert.AreEqual(-1, cursor.Position);
        Assert.ThrowsExactly<InvalidOperationException>(() => label(ref value));
        while (cursor.MoveNext())
            label(ref value);
        Assert.AreEqual(-1, cursor.Position);
        Assert.IsFalse(cursor.MoveNext());
        Assert.ThrowsExactly<InvalidOperationException>(() => label(ref value));
    }

    [TestMethod]
    public void A_getter_of_another_type_is_refused()
    {
        var data = Pipelines.Keyed(_ml);
        using var model = Pipelines.Trainer(_ml).Fit(data);
        var scored = model.Transform(data);
        using var cursor = scored.GetRowCursor(scored.Schema);

        var thrown = Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<double>(scored.Schema["Score"]));

        StringAssert.Contains(thrown.Message, "'Score'");
    }

    [TestMethod]
    public void Missing_and_empty_texts_are_classified()
    {
        using var model = Pipelines.Trainer(_ml).Fit(Pipelines.Keyed(_ml));
        var data = _ml.Data.LoadFromEnumerable([new Message { Text = "" }, new Message { Text = null! }, new Message { Text = "hello" }]);

        var scores = Pipelines.Scores(model, data);

        CollectionAssert.AreEqual(scores[0], scores[1]);
        Assert.IsTrue(scores.All(score => Math.Abs(score.Sum() - 1) < 1e-6));
    }

    [TestMethod]
    public void Long_text_is_cut_at_the_most_tokens()
    {
        var words = Enumerable.Repeat("hello", TinyModel.MaxTokens).ToArray();
        using var model = Pipelines.Trainer(_ml).Fit(Pipelines.Keyed(_ml));

        CollectionAssert.AreEqual(ScoresOf(model, string.Join(' ', words)), ScoresOf(model, string.Join(' ', [.. words, "bye", .. words])));
    }

    [TestMethod]
    public void Fewer_tokens_can_be_asked_for()
    {
        using var model = Pipelines.Trainer(_ml, Pipelines.Options with { MaxTokens = 2 }).Fit(Pipelines.Keyed(_ml));

        CollectionAssert.AreEqual(ScoresOf(model, "hello you"), ScoresOf(model, "hello you bye bye"));
    }

    /// <summary>The scores of a text by itself: rows of one batch need not be rounded alike, which depends on the processor.</summary>
    private float[] ScoresOf(ITransformer model, string text) => Pipelines.Scores(model, _ml.Data.LoadFromEnumerable([new Message { Text = text }])).Single();

    [TestMethod]
    public void Scores_do_not_depend_on_the_other_rows_of_the_batch()
    {
        var data = Pipelines.Keyed(_ml, count: 40);
        using var model = Pipelines.Trainer(_ml).Fit(data);
        var together = Pipelines.Scores(model, data);

        for (var i = 1; i < 40; i += 13)
        {
            var alone = Pipelines.Scores(model, _ml.Data.TakeRows(_ml.Data.SkipRows(data, i), 1))[0];
            foreach (var (expected, actual) in together[i].Zip(alone))
                Assert.AreEqual(expected, actual, 1e-5f);
        }
    }

    [TestMethod]
    public void Every_row_keeps_its_score_whatever_the_order_and_the_lengths_of_the_others()
    {
        // Longer than what is read ahead at once, and from one word to as many as the model takes.
        var texts = Enumerable.Range(0, 1200).Select(i => string.Join(' ', Enumerable.Repeat(i % 3 == 0 ? "hello" : "where bye", 1 + (i * 11 % TinyModel.MaxTokens)))).ToArray();
        using var model = Pipelines.Trainer(_ml).Fit(Pipelines.Keyed(_ml));
        var forward = Scores(texts);

        var backward = Scores(texts.Reverse());

        Assert.AreEqual(texts.Length, forward.Length);
        foreach (var (first, second) in forward.Zip(backward.Reverse()))
        {
            foreach (var (expected, actual) in first.Zip(second))
                Assert.AreEqual(expected, actual, 1e-5f);
        }

        float[][] Scores(IEnumerable<string> rows) => Pipelines.Scores(model, _ml.Data.LoadFromEnumerable(rows.Select(text => new Message { Text = text })));
    }
}
