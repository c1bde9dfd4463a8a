namespace Microsoft.ML.BlockLlm.Training.Tests;

[TestClass]
public sealed class LearningRateScheduleTests
{
    [TestMethod]
    [DataRow(LearningRateSchedule.Constant, new[] { 0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0 })]
    [DataRow(LearningRateSchedule.Linear, new[] { 0.5, 1.0, 1.0, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125 })]
    [DataRow(LearningRateSchedule.Cosine, new[] { 0.5, 1.0, 1.0, 0.9619397662556434, 0.8535533905932737, 0.6913417161825449, 0.5, 0.3086582838174551, 0.14644660940672624, 0.03806023374435663 })]
    public void Ten_steps_with_two_of_warm_up(LearningRateSchedule schedule, double[] expected)
    {
        for (var step = 1; step <= 10; step++)
            Assert.AreEqual(expected[step - 1], ScheduledLearningRate.Factor(schedule, 0.2, step, 10), 1e-12);
    }

    [TestMethod]
    [DataRow(LearningRateSchedule.Constant)]
    [DataRow(LearningRateSchedule.Linear)]
    [DataRow(LearningRateSchedule.Cosine)]
    public void No_step_is_wasted_on_a_rate_of_zero(LearningRateSchedule schedule)
    {
        foreach (var warmup in new[] { 0, 0.06, 0.5, 1 })
            for (var steps = 1; steps <= 40; steps++)
                for (var step = 1; step <= steps; step++)
                    Assert.IsTrue(ScheduledLearningRate.Factor(schedule, warmup, step, steps) is > 0 and <= 1);
    }
}
