using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training.Tests;

[TestClass]
public sealed class OptionTextTests
{
    private static readonly ReselectionRule s_plateau = new ReselectionRule.LossPlateau(50);

    public static IEnumerable<object?[]> Values =>
    [
        [null], [0.98], ["*.bias"], [true], [MomentPrecision.EightBit], [s_plateau], [new GradientNormSource.ExactProbe()], [new double[] { 1, 2.5 }], [new Dictionary<string, double> { ["w"] = 2 }],
        [new ParameterGroupOptions[] { new("*.bias") { WeightDecay = 0.1 }, new("*, LearningRate = none }") }],
    ];

    [TestMethod]
    [DynamicData(nameof(Values))]
    public void The_text_of_a_value_is_its_own(object? value) => Assert.IsTrue(OptionText.IsOf(OptionText.Of(value), value));

    [TestMethod]
    public void An_option_inside_another_that_a_text_does_not_know_counts_as_its_default()
    {
        Assert.IsTrue(OptionText.IsOf("LossPlateau { Patience = 50, Smoothing = 0.98 }", s_plateau));
        Assert.IsTrue(OptionText.IsOf("LossPlateau { Patience = 50, Tolerance = 0.01 }", s_plateau));
        Assert.IsTrue(OptionText.IsOf("[ParameterGroupOptions { Pattern = a, LearningRate = 0.5 }, ParameterGroupOptions { Pattern = b }]", new ParameterGroupOptions[] { new("a") { LearningRate = 0.5 }, new("b") }));
    }

    [TestMethod]
    [DataRow("LossPlateau { Patience = 50, Smoothing = 0.98, Tolerance = 0.02 }", DisplayName = "another value")]
    [DataRow("LossPlateau { Patience = 500 }", DisplayName = "a value that begins alike")]
    [DataRow("LossPlateau { Smoothing = 0.98 }", DisplayName = "what is not the default is left out")]
    [DataRow("LossPlateau { Patience = 50, Warmth = 3 }", DisplayName = "an option that there is not")]
    [DataRow("LossPatience { Patience = 50 }", DisplayName = "another rule")]
    [DataRow("none", DisplayName = "no rule")]
    public void Another_value_has_another_text(string text) => Assert.IsFalse(OptionText.IsOf(text, s_plateau));

    [TestMethod]
    public void What_has_no_default_is_never_left_out() => Assert.IsFalse(OptionText.IsOf("FixedPeriod {  }", new ReselectionRule.FixedPeriod(3)));
}
