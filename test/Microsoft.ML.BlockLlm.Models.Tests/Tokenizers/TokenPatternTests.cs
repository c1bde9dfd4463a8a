using System.Text;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class TokenPatternTests
{
    // Tries every way of parting the letters before it finds that none ends the text.
    private const string Endless = "(a+)+$";

    private static readonly string s_text = new string('a', 200) + "!";

    [TestMethod]
    public void Search_that_does_not_end_is_given_up()
    {
        var pattern = new TokenPattern(Endless, "tokenizer.json: pre_tokenizer.pattern.Regex", TimeSpan.FromMilliseconds(10));
        const string message = "tokenizer.json: pre_tokenizer.pattern.Regex: the pattern '(a+)+$' was still at work on a text of 201 characters";

        StringAssert.StartsWith(Assert.ThrowsExactly<TimeoutException>(() => Assert.IsEmpty(pattern.Matches(s_text))).Message, message);
        StringAssert.StartsWith(Assert.ThrowsExactly<TimeoutException>(() => pattern.Replace(s_text, "")).Message, message);
    }

    [TestMethod]
    [DataRow("""{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(a+)+$"},"behavior":"Isolated"}""", "pre_tokenizer.pattern.Regex")]
    [DataRow("""{"normalizer":{"type":"Replace","pattern":{"Regex":"(a+)+$"},"content":""}""", "normalizer.pattern.Regex")]
    public void Patterns_of_files_are_given_up(string part, string place)
    {
        var tokenizer = Read(part + ""","model":{"type":"Unigram","unk_id":0,"vocab":[["?",0],["a",-1]]}}""");
        var exception = Assert.ThrowsExactly<TimeoutException>(() => tokenizer.EncodeToIds(s_text));
        StringAssert.StartsWith(exception.Message, $"tokenizer.json: {place}: the pattern '(a+)+$'");
        CollectionAssert.AreEqual(new[] { 0 }, tokenizer.EncodeToIds("!").ToArray());
    }

    private static Tokenizer Read(string json) => TokenizerJson.Read(Encoding.UTF8.GetBytes(json), "tokenizer.json").Tokenizer;
}
