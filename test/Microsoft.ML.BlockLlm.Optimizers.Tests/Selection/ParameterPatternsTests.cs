namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

[TestClass]
public class ParameterPatternsTests
{
    private static readonly string[] Names = ["layers.0.weight", "layers.10.weight", "head.bias"];

    [TestMethod]
    [DataRow("*.weight", "layers.0.weight,layers.10.weight")]
    [DataRow("layers.?.weight", "layers.0.weight")]
    [DataRow("head.bias", "head.bias")]
    [DataRow("*", "layers.0.weight,layers.10.weight,head.bias")]
    public void A_star_stands_for_any_characters_and_a_question_mark_for_one(string pattern, string expected)
    {
        var patterns = new ParameterPatterns("Frozen", [pattern], Names);
        Assert.AreEqual(expected, string.Join(",", Names.Where(patterns.Matches)));
    }

    [TestMethod]
    public void A_pattern_without_a_match_is_refused_by_name()
    {
        var error = Assert.ThrowsException<ArgumentException>(() => new ParameterPatterns("Frozen", ["embed*"], Names));
        StringAssert.Contains(error.Message, "Frozen: the pattern 'embed*' matches no parameter");
        StringAssert.Contains(error.Message, "'layers.0.weight'");
    }
}
