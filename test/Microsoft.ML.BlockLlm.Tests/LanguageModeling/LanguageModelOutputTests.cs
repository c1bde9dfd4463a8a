using System.Text;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Tests;

[TestClass]
public sealed class LanguageModelOutputTests
{
    private static readonly MLContext s_ml = new(seed: 1);
    private static BlockLlmLanguageModelTransformer? s_model;

    private static BlockLlmLanguageModelTransformer Model => s_model ??= LanguageModels.Trainer(s_ml, LanguageModels.Options with { MaxSteps = 20, Sparsity = 0.5 }).Fit(LanguageModels.Verses(s_ml));

    [ClassCleanup]
    public static void DisposeModel() => s_model?.Dispose();

    [TestMethod]
    public void Loss_is_the_mean_negative_log_likelihood_of_the_tokens()
    {
        const string Text = "the cat sat";

        var loss = LanguageModels.Losses(Model, LanguageModels.Texts(s_ml, Text)).Single();

        var (expected, count) = LossByHand(Model, Text);
        Assert.AreEqual(expected, loss, 1e-5);
        Assert.AreEqual(count, Column<int>("TokenCount", Text).Single());
        Assert.AreEqual(Math.Exp(expected), Column<float>("Perplexity", Text).Single(), 1e-3);
        Assert.AreEqual(Encoding.UTF8.GetByteCount(Text), Column<int>("ByteCount", Text).Single());
    }

    [TestMethod]
    public void Texts_longer_than_the_model_takes_are_measured_in_pieces()
    {
        var text = string.Concat(Enumerable.Repeat("zebra quilt ", 20));

        var (losses, tokens) = (Column<float>("Loss", text), Column<int>("TokenCount", text));

        Assert.IsTrue(tokens.Single() > 2 * TinyLanguageModel.MaxTokens && float.IsFinite(losses.Single()));
    }

    [TestMethod]
    public void Rows_without_tokens_have_no_loss()
    {
        var (losses, tokens) = (Column<float>("Loss", "the cat", "", "a dog"), Column<int>("TokenCount", "the cat", "", "a dog"));

        Assert.IsTrue(float.IsFinite(losses[0]) && float.IsNaN(losses[1]) && float.IsFinite(losses[2]));
        Assert.AreEqual(0, tokens[1]);
    }

    [TestMethod]
    public void Metrics_count_every_token_the_same_and_leave_out_rows_without_any()
    {
        string[] texts = ["the cat sat on the mat", "", "a dog", "xyz"];
        var (losses, tokens, bytes) = (Column<float>("Loss", texts), Column<int>("TokenCount", texts), Column<int>("ByteCount", texts));

        var metrics = s_ml.LanguageModeling.Evaluate(Model.Transform(LanguageModels.Texts(s_ml, texts)));

        var sum = losses.Zip(tokens).Where(pair => pair.Second > 0).Sum(pair => (double)pair.First * pair.Second);
        Assert.AreEqual(tokens.Sum(), metrics.TokenCount);
        Assert.AreEqual(sum / tokens.Sum(), metrics.Loss, 1e-9);
        Assert.AreEqual(Math.Exp(sum / tokens.Sum()), metrics.Perplexity, 1e-9);
        Assert.AreEqual(sum / Math.Log(2) / bytes.Sum(), metrics.BitsPerByte, 1e-9);
        Assert.IsTrue(metrics.TokenAccuracy is > 0 and < 1);
    }

    [TestMethod]
    public void Only_the_completion_of_a_prompt_is_measured()
    {
        var options = LanguageModels.Options with { PromptColumnName = "Text", CompletionColumnName = "Reply", MaxSteps = 2 };
        using var model = LanguageModels.Trainer(s_ml, options).Fit(LanguageModels.Verses(s_ml));
        var data = s_ml.Data.LoadFromEnumerable([new Verse { Text = "the cat ", Reply = "xyz" }, new Verse { Text = "the cat ", Reply = "" }]);

        var (tokens, bytes) = (model.Transform(data).GetColumn<int>("TokenCount").ToArray(), model.Transform(data).GetColumn<int>("ByteCount").ToArray());

        CollectionAssert.AreEqual(new[] { 4, 0 }, tokens, "x, y, z and the end of the text; nothing.");
        CollectionAssert.AreEqual(new[] { 3, 0 }, bytes);
    }

    [TestMethod]
    public void Generated_text_follows_each_row_as_Generate_has_it()
    {
        var options = LanguageModels.Options with { MaxSteps = 2, Generation = new GenerationOptions { MaxNewTokens = 8, Temperature = 1, Seed = 1 } };
        using var model = LanguageModels.Trainer(s_ml, options).Fit(LanguageModels.Verses(s_ml));

        var texts = model.Transform(LanguageModels.Texts(s_ml, "the cat", "a dog")).GetColumn<string>("GeneratedText").ToArray();

        CollectionAssert.AreEqual(new[] { model.Generate("the cat"), model.Generate("a dog") }, texts);
        Assert.IsTrue(texts.Any(text => text.Length > 0));
    }

    [TestMethod]
    public async Task Streamed_pieces_are_the_generated_text()
    {
        var options = new GenerationOptions { MaxNewTokens = 12 };
        var pieces = new List<string>();

        await foreach (var piece in Model.GenerateStreaming("the cat", options))
            pieces.Add(piece);

        Assert.IsTrue(pieces.Count > 1);
        Assert.AreEqual(Model.Generate("the cat", options), string.Concat(pieces));
    }

    [TestMethod]
    public void Of_a_prompt_that_is_too_long_the_end_is_read()
    {
        var options = new GenerationOptions { MaxNewTokens = 4, Temperature = 1, Seed = 1 };
        // No letters of these go together in a token: a token each.
        static string Letters(string two, int tokens) => string.Concat(Enumerable.Repeat(two, tokens / 2));
        var read = TinyLanguageModel.MaxTokens - options.MaxNewTokens;

        var text = Model.Generate(Letters("zq", 100) + Letters("kz", read), options);

        Assert.AreEqual(text, Model.Generate(Letters("xx", 60) + Letters("kz", read), options), "The beginning makes no difference.");
        Assert.AreNotEqual(text, Model.Generate(Letters("zq", 100) + Letters("xj", read), options), "The end does.");
    }

    [TestMethod]
    public void Lines_of_a_running_text_are_measured_with_their_line_break_and_without_an_end_as_they_were_learned()
    {
        using var model = LanguageModels.Trainer(s_ml, LanguageModels.Options with { RowsAreLines = true, MaxSteps = 1 }).Fit(LanguageModels.Verses(s_ml));
        var line = LanguageModels.Texts(s_ml, "the cat sat");
        var targets = TinyLanguageModel.Open().CreateBatchEncoder().EncodeToIds("the cat sat\n").Count - 1;

        Assert.AreEqual(targets, model.Transform(line).GetColumn<int>("TokenCount").Single());
        Assert.AreEqual("the cat sat\n".Length, model.Transform(line).GetColumn<int>("ByteCount").Single());
        Assert.AreEqual(LossByHand(model, "the cat sat\n", withEnd: false).Loss, LanguageModels.Losses(model, line).Single(), 1e-5);
    }

    [TestMethod]
    public void Scores_do_not_depend_on_the_other_rows_of_the_batch()
    {
        string[] texts = [.. Enumerable.Range(0, 70).Select(i => string.Concat(Enumerable.Repeat("the cat zebra ", i % 9))), "xyz"];
        var together = LanguageModels.Losses(Model, LanguageModels.Texts(s_ml, texts));

        var alone = texts.Select(text => LanguageModels.Losses(Model, LanguageModels.Texts(s_ml, text)).Single()).ToArray();

        for (var i = 0; i < texts.Length; i++)
            Assert.AreEqual(alone[i], together[i], 1e-5f, $"'{texts[i]}'");
    }

    [TestMethod]
    public void No_more_rows_are_read_ahead_than_are_measured_at_once()
    {
        var read = 0;
        var rows = Verse.Make(100).Select(verse =>
        {
            read++;
            return verse;
        });
        var scored = Model.Transform(s_ml.Data.LoadFromEnumerable(rows));
        using var cursor = scored.GetRowCursor(scored.Schema);
        Assert.AreEqual(0, read);

        cursor.MoveNext();

        Assert.IsTrue(read is > 1 and <= 33, $"{read} rows were read for the first one.");
    }

    [TestMethod]
    public void Prediction_engine_measures_single_texts()
    {
        using var engine = s_ml.Model.CreatePredictionEngine<Verse, Measured>(Model);

        var first = engine.Predict(new Verse { Text = "the cat sat" });
        var second = engine.Predict(new Verse { Text = "a dog" });

        Assert.AreEqual(LanguageModels.Losses(Model, LanguageModels.Texts(s_ml, "the cat sat")).Single(), first.Loss, 1e-5f);
        Assert.AreNotEqual(first.Loss, second.Loss);
    }

    private static T[] Column<T>(string name, params string[] texts) => [.. Model.Transform(LanguageModels.Texts(s_ml, texts)).GetColumn<T>(name)];

    private static (double Loss, int Count) LossByHand(BlockLlmLanguageModelTransformer model, string text, bool withEnd = true)
    {
        var folder = TinyLanguageModel.Directory + "-" + Guid.NewGuid().ToString("N");
        model.SaveAsHuggingFace(folder);
        using var scope = NewDisposeScope();
        using var network = CausalLanguageModel.Load(folder);
        int[] ids = [.. network.CreateBatchEncoder().EncodeToIds(text), .. network.Config.EndOfTextIds.Take(withEnd ? 1 : 0)];
        using var batch = new TokenBatch(tensor(ids.Select(id => (long)id).ToArray()).unsqueeze(0));
        var logProbabilities = nn.functional.log_softmax(network.forward(batch), dim: -1);
        return (-Enumerable.Range(1, ids.Length - 1).Average(i => logProbabilities[0, i - 1, ids[i]].item<float>()), ids.Length - 1);
    }

    private sealed class Measured
    {
        public float Loss { get; set; }
    }
}
