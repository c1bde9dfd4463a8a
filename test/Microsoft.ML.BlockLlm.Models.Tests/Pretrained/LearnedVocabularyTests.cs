namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class LearnedVocabularyTests
{
    private const int EndOfText = 256;

    private static readonly LlamaConfig s_shape = new() { VocabularySize = 300, HiddenSize = 16, IntermediateSize = 24, LayerCount = 2, HeadCount = 2, MaxTokens = 16 };

    [TestMethod]
    public void A_new_language_model_begins_every_text_with_the_special_token()
    {
        using var model = Describe().CreateLanguageModel();

        CollectionAssert.AreEqual(new[] { EndOfText, 'h' - '!', 'i' - '!' }, model.CreateBatchEncoder().EncodeToIds("hi").ToArray());
        Assert.AreEqual(EndOfText, model.Config.BeginOfTextId);
        CollectionAssert.AreEqual(new[] { EndOfText }, model.Config.EndOfTextIds.ToArray());
    }

    [TestMethod]
    public void A_new_language_model_loads_from_the_folder_that_it_was_saved_to()
    {
        using var folder = new TemporaryFolder();
        using var model = Describe().CreateLanguageModel();
        model.Save(folder.Path);

        var pretrained = PretrainedModel.FromDirectory(folder.Path);

        Assert.IsTrue(pretrained.HasPretrainedWeights);
        Assert.IsFalse(Describe().HasPretrainedWeights);
        CollectionAssert.AreEqual(model.CreateBatchEncoder().EncodeToIds("hi").ToArray(), pretrained.CreateBatchEncoder().EncodeToIds("hi").ToArray());
    }

    [TestMethod]
    public void A_learned_tokenizer_is_in_no_folder() => Assert.IsNull(Describe().Directory);

    [TestMethod]
    public void A_vocabulary_larger_than_the_model_is_refused()
    {
        var vocabulary = BpeTrainer.Train([], new BpeTrainerOptions());
        Assert.ThrowsExactly<ModelLoadException>(() => PretrainedModel.FromConfig(s_shape with { VocabularySize = 200 }, vocabulary));
    }

    private static PretrainedModel Describe() => PretrainedModel.FromConfig(s_shape, BpeTrainer.Train([], new BpeTrainerOptions()));
}
