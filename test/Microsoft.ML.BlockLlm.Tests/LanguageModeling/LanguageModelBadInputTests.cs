using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Tests;

[TestClass]
public sealed class LanguageModelBadInputTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow(null)]
    [DataRow(3)]
    public void A_corpus_without_rows_is_refused(int? maxSteps)
    {
        var thrown = Assert.ThrowsExactly<InvalidOperationException>(() => LanguageModels.Trainer(_ml, LanguageModels.Options with { MaxSteps = maxSteps }).Fit(LanguageModels.Verses(_ml, 0)));
        Assert.AreEqual("The training data has no rows.", thrown.Message);
    }

    [TestMethod]
    public void A_corpus_of_empty_rows_is_refused()
    {
        var thrown = Assert.ThrowsExactly<InvalidOperationException>(() => LanguageModels.Trainer(_ml).Fit(LanguageModels.Texts(_ml, "", "")));
        StringAssert.StartsWith(thrown.Message, "The training data has no row with a token to learn: all 2 values in column 'Text' are empty.");
    }

    [TestMethod]
    public void Rows_without_tokens_are_skipped_and_counted()
    {
        var warnings = Warnings();

        using var with = LanguageModels.Trainer(_ml).Fit(LanguageModels.Texts(_ml, ["the cat", "", "a dog", "", "one bird"]));
        using var without = LanguageModels.Trainer(_ml).Fit(LanguageModels.Texts(_ml, ["the cat", "a dog", "one bird"]));

        CollectionAssert.AreEqual(new[] { "2 of 5 rows of the training data were skipped because they have no token to learn." }, warnings);
        CollectionAssert.AreEqual(without.TrainingSummary.Losses.ToArray(), with.TrainingSummary.Losses.ToArray());
    }

    [TestMethod]
    public void A_prompt_longer_than_the_context_keeps_its_end_and_its_completion()
    {
        var warnings = Warnings();
        var rows = new[] { new Verse { Text = string.Concat(Enumerable.Repeat("zq", 100)) + "the cat", Reply = "xyz" } };
        var options = LanguageModels.Options with { PromptColumnName = "Text", CompletionColumnName = "Reply", MaxSteps = 1 };

        using var model = LanguageModels.Trainer(_ml, options).Fit(_ml.Data.LoadFromEnumerable(rows));
        var targets = model.Transform(_ml.Data.LoadFromEnumerable(rows)).GetColumn<int>("TokenCount").Single();

        Assert.AreEqual(4, targets);
        StringAssert.StartsWith(warnings.Single(), "1 of 1 rows of the training data are longer than 32 tokens.");
    }

    [TestMethod]
    public void A_loss_that_is_no_number_ends_training_with_a_reason()
    {
        var folder = TinyLanguageModel.Directory + "-" + Guid.NewGuid().ToString("N");
        using (var broken = CausalLanguageModel.Load(TinyLanguageModel.Directory))
        {
            using var withoutGraph = no_grad();
            broken.named_parameters().First().parameter.fill_(float.NaN);
            broken.Save(folder);
        }

        var thrown = Assert.ThrowsExactly<TrainingDivergedException>(
            () => LanguageModels.Trainer(_ml, LanguageModels.Options with { Model = PretrainedModel.FromDirectory(folder) }).Fit(LanguageModels.Verses(_ml)));

        StringAssert.Contains(thrown.Message, "the loss is NaN");
    }

    [TestMethod]
    public void Options_that_contradict_each_other_are_refused()
    {
        Refused(new(), "Neither Model nor NewModel is set.");
        Refused(LanguageModels.Options with { NewModel = TinyLanguageModel.Shape }, "Model and NewModel are both set.");
        Refused(LanguageModels.Options with { PromptColumnName = "Text" }, "PromptColumnName and CompletionColumnName belong together.");
        Refused(LanguageModels.Options with { PromptColumnName = "Text", CompletionColumnName = "Text" }, "PromptColumnName and CompletionColumnName are both 'Text'.");
        Refused(LanguageModels.Options with { PromptColumnName = "Text", CompletionColumnName = "Reply", MessagesColumnName = "Chat" }, "PromptColumnName and MessagesColumnName are both set.");
        Refused(LanguageModels.Options with { PromptColumnName = "Text", CompletionColumnName = "Reply", RowsAreLines = true }, "RowsAreLines is for rows of text");
        Refused(LanguageModels.Options with { Model = TinyModel.Open() }, "A model of type 'use-lite' reads whole texts and predicts no next token.");

        void Refused(BlockLlmLanguageModelOptions options, string message) =>
            StringAssert.StartsWith(Assert.ThrowsExactly<ArgumentException>(() => LanguageModels.Trainer(_ml, options)).Message, message);
    }

    [TestMethod]
    public void Values_out_of_range_are_named_where_they_are_set()
    {
        Assert.AreEqual("SequenceLength", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new BlockLlmLanguageModelOptions { SequenceLength = 1 }).ParamName);
        Assert.AreEqual("ShuffleBufferSize", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new BlockLlmLanguageModelOptions { ShuffleBufferSize = 0 }).ParamName);
        var tooLong = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => LanguageModels.Trainer(_ml, LanguageModels.Options with { SequenceLength = 33 }));
        StringAssert.StartsWith(tooLong.Message, "SequenceLength must be at most 32, which is what the model takes.");
    }

    [TestMethod]
    public void Data_that_no_language_model_has_transformed_cannot_be_evaluated()
    {
        var thrown = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.LanguageModeling.Evaluate(LanguageModels.Verses(_ml)));
        StringAssert.StartsWith(thrown.Message, "Could not find column 'Loss'.");
    }

    [TestMethod]
    public void A_disposed_model_says_so()
    {
        var model = LanguageModels.Trainer(_ml, LanguageModels.Options with { MaxSteps = 1 }).Fit(LanguageModels.Verses(_ml));
        model.Dispose();

        Assert.ThrowsExactly<ObjectDisposedException>(() => model.Generate("the"));
    }

    [TestMethod]
    public void Nothing_is_refused_by_name()
    {
        Assert.ThrowsExactly<ArgumentNullException>(() => LanguageModels.Trainer(_ml).Fit(null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => _ml.LanguageModeling.Trainers.BlockLlm((BlockLlmLanguageModelOptions)null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => _ml.LanguageModeling.Trainers.BlockLlm((PretrainedModel)null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => ((MLContext)null!).GetLanguageModeling());
    }

    private List<string> Warnings()
    {
        var warnings = new List<string>();
        _ml.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };
        return warnings;
    }
}
