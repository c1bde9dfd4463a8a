namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

[TestClass]
public class BudgetSharesTests
{
    [TestMethod]
    public void Parameters_of_a_block_share_in_proportion_to_their_sizes() => AssertShares("a.bias 5, a.weight 15, b.weight 30", Shares(budget: 50, limit: long.MaxValue));

    [TestMethod]
    public void What_a_limit_withholds_from_one_block_goes_to_the_next() => AssertShares("a.bias 7, a.weight 23, b.weight 20", Shares(budget: 50, limit: 30, b: 20));

    [TestMethod]
    public void No_block_has_more_than_its_limit_even_if_some_of_the_budget_is_left() => AssertShares("a.bias 2, a.weight 8, b.weight 10", Shares(budget: 50, limit: 10));

    [TestMethod]
    public void A_parameter_without_weights_has_no_share() => AssertShares("a.bias 0, a.weight 20, b.weight 30", Shares(budget: 50, limit: long.MaxValue, bias: 0, weight: 40));

    /// <summary>Shares of two blocks, the first of which has two parameters.</summary>
    private static IReadOnlyDictionary<string, long> Shares(long budget, long limit, long bias = 10, long weight = 30, long b = 60)
    {
        var sizes = new Dictionary<string, long> { ["a.bias"] = bias, ["a.weight"] = weight, ["b.weight"] = b };
        var blocks = BlockPartition.Of(sizes.Select(entry => (entry.Key, entry.Value)), BlockGranularity.Module);
        return BudgetShares.Of(blocks, name => sizes[name], budget, limit);
    }

    private static void AssertShares(string expected, IReadOnlyDictionary<string, long> actual) =>
        Assert.AreEqual(expected, string.Join(", ", actual.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key} {entry.Value}")));
}
