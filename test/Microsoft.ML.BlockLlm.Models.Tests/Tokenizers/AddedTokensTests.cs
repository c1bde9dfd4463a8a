namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>How tokens are found in text as they are written.</summary>
[TestClass]
public sealed class AddedTokensTests
{
    [TestMethod]
    [DataRow("I like <m> it", "I like |<m>| it")]
    [DataRow("<m><m>", "<m>|<m>")]
    [DataRow("a<mm>b", "a|<mm>|b", DisplayName = "Of tokens that begin at one place the longest is found")]
    [DataRow("<m", "<m")]
    [DataRow("", "")]
    public void Tokens_are_found_wherever_they_stand(string text, string parts) => RequireParts(parts, text, new("<m>", 1), new("<mm>", 2));

    [TestMethod]
    [DataRow("a  <m>  b", "a|  <m>|  b")]
    [DataRow("<m> <m>", "<m>| <m>")]
    public void Space_before_a_token_can_belong_to_it(string text, string parts) => RequireParts(parts, text, new AddedToken("<m>", 1) { TakesSpaceBefore = true });

    [TestMethod]
    [DataRow("a  <m>  b", "a  |<m>  |b")]
    [DataRow("<m> <m>", "<m> |<m>")]
    public void Space_after_a_token_can_belong_to_it(string text, string parts) => RequireParts(parts, text, new AddedToken("<m>", 1) { TakesSpaceAfter = true });

    [TestMethod]
    [DataRow("a \u00a0<m>\t\n<m> b", "a| \u00a0<m>\t\n|<m> |b")]
    public void Space_between_two_tokens_belongs_to_one_of_them(string text, string parts) =>
        RequireParts(parts, text, new AddedToken("<m>", 1) { TakesSpaceBefore = true, TakesSpaceAfter = true });

    [TestMethod]
    [DataRow("no cat", "no |cat")]
    [DataRow("cats", "cats")]
    [DataRow("tomcat cat", "tomcat |cat")]
    [DataRow("cat_", "cat_")]
    [DataRow("écat", "écat")]
    [DataRow("𝐀cat", "𝐀cat")]
    [DataRow("(cat)-cat", "(|cat|)-|cat")]
    public void A_token_can_be_found_as_a_whole_word_only(string text, string parts) => RequireParts(parts, text, new AddedToken("cat", 1) { IsWholeWord = true });

    private static void RequireParts(string parts, string text, params AddedToken[] tokens) =>
        Assert.AreEqual(parts, string.Join('|', new AddedTokens(tokens).Split(text).Select(part => text[part.Begin..part.End])));
}
