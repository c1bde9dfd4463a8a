using System.Text;

namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>The pre-tokenizers of <c>tokenizer.json</c>, as the documentation of Python's tokenizers describes them.</summary>
[TestClass]
public sealed class PreTokenizerTests
{
    [TestMethod]
    [DataRow("Removed", "How|are|you|doing|?")]
    [DataRow("Isolated", "How| |are| |you| |doing|?")]
    [DataRow("MergedWithPrevious", "How |are |you |doing|?")]
    [DataRow("MergedWithNext", "How| are| you| doing|?")]
    [DataRow("Contiguous", "How| |are| |you| |doing?")]
    public void Split_does_with_matches_what_its_behavior_says(string behavior, string words) =>
        RequireWords(words, "How are you doing?", $$"""{"type":"Split","pattern":{"Regex":"\\w+|[^\\w\\s]+"},"behavior":"{{behavior}}","invert":true}""");

    [TestMethod]
    [DataRow("Removed", "a|b|c")]
    [DataRow("Isolated", "-|-|a|-|b|-|-|c|-")]
    [DataRow("MergedWithPrevious", "-|-|a-|b-|-|c-")]
    [DataRow("MergedWithNext", "-|-a|-b|-|-c|-")]
    [DataRow("Contiguous", "--|a|-|b|--|c|-")]
    public void Matches_in_a_row_and_at_the_ends_are_no_exception(string behavior, string words) =>
        RequireWords(words, "--a-b--c-", $$"""{"type":"Split","pattern":{"String":"-"},"behavior":"{{behavior}}","invert":false}""");

    [TestMethod]
    [DataRow("""{"type":"Punctuation"}""", "Hey friend!     How are you?!?", "Hey friend|!|     How are you|?|!|?")]
    [DataRow("""{"type":"Punctuation","behavior":"Contiguous"}""", "a?!b$+c", "a|?!|b|$+|c")]
    [DataRow("""{"type":"Punctuation","behavior":"Removed"}""", "« où » — 5€", " où | | 5€", DisplayName = "Only ASCII symbols are punctuation")]
    [DataRow("""{"type":"Digits","individual_digits":true}""", "Hey 123 friend!", "Hey |1|2|3| friend!")]
    [DataRow("""{"type":"Digits","individual_digits":false}""", "Hey 123 friend!", "Hey |123| friend!")]
    [DataRow("""{"type":"Digits"}""", "x²Ⅷ٣y", "x|²Ⅷ٣|y")]
    [DataRow("""{"type":"Whitespace"}""", "How are you doing? don't_x  \t!", "How|are|you|doing|?|don|'|t_x|!")]
    [DataRow("""{"type":"Whitespace"}""", "Ⅷb कि©ⓐ", "Ⅷb|कि|©|ⓐ", DisplayName = "Letter-like numbers and marks are parts of words")]
    [DataRow("""{"type":"WhitespaceSplit"}""", " Hey, man! \u00a0\u2028ok", "Hey,|man!|ok")]
    [DataRow("""{"type":"CharDelimiterSplit","delimiter":"."}""", "the.cat..sat", "the|cat|sat")]
    [DataRow("""{"type":"BertPreTokenizer"}""", "Hey friend!  $5", "Hey|friend|!|$|5")]
    public void Text_is_split_as_documented(string preTokenizer, string text, string words) => RequireWords(words, text, preTokenizer);

    [TestMethod]
    [DataRow("always", "▁Hey|▁my|▁friend")]
    [DataRow("first", "▁Hey|my|friend")]
    [DataRow("never", "Hey|my|friend")]
    public void Words_that_were_split_before_are_marked_one_by_one(string scheme, string words) => RequireWords(words, "Hey my friend",
        $$"""{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Metaspace","replacement":"▁","prepend_scheme":"{{scheme}}","split":true}]}""");

    [TestMethod]
    public void Only_the_beginning_of_the_text_is_first() => RequireWords("Hey|my", " Hey my",
        """{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":true}]}""");

    [TestMethod]
    [DataRow("""{"type":"Metaspace","replacement":"▁","add_prefix_space":true}""", "Hey   friend!", "▁Hey|▁|▁|▁friend!")]
    [DataRow("""{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},{"type":"ByteLevel","add_prefix_space":false}]}""", "it's 42 ok", "it|'s| |4|2| ok")]
    [DataRow("""{"type":"Sequence","pretokenizers":[{"type":"Digits"},{"type":"ByteLevel","add_prefix_space":true}]}""", "a1b", " a| 1| b")]
    public void Steps_follow_one_another(string preTokenizer, string text, string words) => RequireWords(words, text, preTokenizer);

    private static void RequireWords(string words, string text, string preTokenizer)
    {
        var read = JsonPart.Read(Encoding.UTF8.GetBytes(preTokenizer), "tokenizer", "pre_tokenizer", part => PreTokenizerJson.Read(part));
        var marked = read.Marks?.Apply(text, isFirst: true) ?? [text];
        Assert.AreEqual(words, string.Join('|', marked.SelectMany(part => read.PreTokenizer!.PreTokenize(part).Select(word => part.Substring(word.Offset, word.Length)))));
    }
}
