namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>A <c>tokenizer.json</c> in the form of XLM-RoBERTa's, which multilingual MiniLM has: compiled normalization, white space, marks, and Unigram.</summary>
[TestClass]
public sealed class XlmRobertaTokenizerTests
{
    private static readonly GoldenTokenizer s_golden = GoldenTokenizer.Read("xlm-roberta");

    [TestMethod]
    public void Ids_equal_those_of_the_plain_algorithm() => s_golden.RequireIds();

    [TestMethod]
    public void Limit_keeps_the_first_tokens() => s_golden.RequireLimits();

    [TestMethod]
    public void Two_separators_stand_between_the_texts_of_a_pair() =>
        CollectionAssert.AreEqual(new[] { 0, 6, 2, 2, 16, 2 }, s_golden.Loaded.Template!.Fill([6], [16]).Ids);

    [TestMethod]
    public void Text_comes_back_without_marks_and_special_tokens() =>
        Assert.AreEqual("the cat sat on the mat", s_golden.Tokenizer.Decode([0, 6, 5, 16, 4, 7, 8, 4, 9, 6, 5, 18, 2]));

    [TestMethod]
    public void Special_tokens_count_among_the_vocabulary() => Assert.AreEqual(52, s_golden.Loaded.VocabularySize);
}
