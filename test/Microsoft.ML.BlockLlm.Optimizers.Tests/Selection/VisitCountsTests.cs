using FsCheck;
using FsCheck.Fluent;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

[TestClass]
public class VisitCountsTests
{
    [TestMethod]
    public void Shares_are_positive_and_sum_to_one() =>
        Prop.ForAll<byte[]>(visits =>
        {
            var counts = new VisitCounts(8);
            foreach (byte visit in visits)
                counts.Visit(visit % 8);
            var shares = Enumerable.Range(0, 8).Select(counts.Share).ToArray();
            return shares.All(share => share > 0) && Math.Abs(shares.Sum() - 1) < 1e-12;
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Visits_sum_to_what_was_visited() =>
        Prop.ForAll<byte[]>(visits =>
        {
            var counts = new VisitCounts(8);
            foreach (byte visit in visits)
                counts.Visit(visit % 8);
            return Enumerable.Range(0, 8).Sum(block => counts[block]) == visits.Length;
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void A_visit_lowers_the_share_of_the_others()
    {
        var counts = new VisitCounts(2);
        double before = counts.Share(1);
        counts.Visit(0);
        Assert.IsTrue(counts.Share(1) < before);
    }
}
