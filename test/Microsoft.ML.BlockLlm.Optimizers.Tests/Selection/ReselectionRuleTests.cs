namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

[TestClass]
public class ReselectionRuleTests
{
    [TestMethod]
    public void Published_rule_waits_for_its_patience() =>
        Assert.AreEqual(-1, FirstFiring(new ReselectionRule.LossPatience(5), [1, 1, 1, 1, 1]));

    [TestMethod]
    public void Published_rule_fires_when_the_loss_is_no_lower_than_the_mean_of_the_last_ones() =>
        Assert.AreEqual(5, FirstFiring(new ReselectionRule.LossPatience(3), [9, 9, 4, 3, 2, 3]));

    [TestMethod]
    public void Published_rule_never_fires_on_a_smoothly_falling_loss() =>
        Assert.AreEqual(-1, FirstFiring(new ReselectionRule.LossPatience(10), Enumerable.Range(0, 1000).Select(step => 1000.0 - step)));

    [TestMethod]
    public void Published_rule_starts_over_after_firing()
    {
        var rule = new ReselectionRule.LossPatience(3);
        var history = rule.NewHistory();
        var fired = Enumerable.Range(0, 12).Where(_ => rule.Observe(history, 1)).ToArray();
        CollectionAssert.AreEqual(new[] { 3, 7, 11 }, fired);
    }

    [TestMethod]
    public void Fixed_period_fires_whatever_the_loss()
    {
        var rule = new ReselectionRule.FixedPeriod(4);
        var history = rule.NewHistory();
        var fired = Enumerable.Range(0, 12).Where(step => rule.Observe(history, -step)).ToArray();
        CollectionAssert.AreEqual(new[] { 3, 7, 11 }, fired);
    }

    [TestMethod]
    public void Plateau_fires_when_the_smoothed_loss_falls_too_slowly() =>
        Assert.AreEqual(21, FirstFiring(new ReselectionRule.LossPlateau(20, 0.5, 0.01), Enumerable.Range(0, 50).Select(step => 1 - 0.0001 * step)));

    [TestMethod]
    public void Plateau_does_not_fire_while_the_loss_falls() =>
        Assert.AreEqual(-1, FirstFiring(new ReselectionRule.LossPlateau(20, 0.5, 0.01), Enumerable.Range(0, 200).Select(step => Math.Pow(0.99, step))));

    [TestMethod]
    public void Plateau_is_not_decided_by_an_unusual_first_loss()
    {
        var rule = new ReselectionRule.LossPlateau(20, 0.9, 0.01);
        var falling = Enumerable.Range(1, 200).Select(step => Math.Pow(0.99, step)).ToArray();
        var flat = Enumerable.Repeat(1.0, 200).ToArray();

        Assert.AreEqual(-1, FirstFiring(rule, falling.Prepend(0.1)));
        Assert.AreEqual(29, FirstFiring(rule, flat));
        Assert.IsTrue(FirstFiring(rule, flat.Prepend(3)) < 60);
    }

    [TestMethod]
    public void Smoothed_loss_is_the_mean_of_all_losses_with_falling_weights()
    {
        var history = new LossHistory(window: 5, smoothing: 0.5);
        foreach (double loss in new[] { 8.0, 4, 2 })
            history.Add(history.Smooth(loss));

        Assert.AreEqual(((1 * 8) + (2 * 4) + (4 * 2) + (8 * 1)) / 15.0, history.Smooth(1), 1e-12);
    }

    [TestMethod]
    public void Plateau_sees_through_noise()
    {
        var losses = Enumerable.Range(0, 300).Select(step => Math.Pow(0.99, step) * (1 + 0.2 * Math.Sin(2.4 * step))).ToArray();
        Assert.AreEqual(-1, FirstFiring(new ReselectionRule.LossPlateau(50, 0.9, 0.01), losses));
        Assert.AreNotEqual(-1, FirstFiring(new ReselectionRule.LossPatience(5), losses));
    }

    [TestMethod]
    public void Rules_refuse_values_outside_their_range()
    {
        ReselectionRule[] wrong =
        [
            new ReselectionRule.LossPatience(0), new ReselectionRule.FixedPeriod(0), new ReselectionRule.LossPlateau(0),
            new ReselectionRule.LossPlateau(10, Smoothing: 1), new ReselectionRule.LossPlateau(10, Tolerance: -0.1),
        ];
        foreach (var rule in wrong)
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(rule.Validate, rule.ToString());
    }

    private static int FirstFiring(ReselectionRule rule, IEnumerable<double> losses)
    {
        var history = rule.NewHistory();
        return losses.Select((loss, step) => (loss, step)).Where(entry => rule.Observe(history, entry.loss)).Select(entry => entry.step).DefaultIfEmpty(-1).First();
    }
}
