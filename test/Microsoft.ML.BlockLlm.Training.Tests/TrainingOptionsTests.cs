namespace Microsoft.ML.BlockLlm.Training.Tests;

[TestClass]
public sealed class TrainingOptionsTests
{
    [TestMethod]
    public void An_absurd_value_is_refused_where_it_is_set_by_its_name()
    {
        Func<TrainingOptions>[] absurd =
        [
            () => new() { Epochs = 0 },
            () => new() { MaxSteps = -1 },
            () => new() { BatchSize = 0 },
            () => new() { GradientAccumulation = 0 },
            () => new() { Schedule = (LearningRateSchedule)9 },
            () => new() { WarmupFraction = 1.5 },
            () => new() { WarmupFraction = double.NaN },
            () => new() { EvaluationInterval = 0 },
            () => new() { SelectBy = (ModelSelection)9 },
            () => new() { Patience = 0 },
            () => new() { Threads = 0 },
        ];
        string[] names =
        [
            "Epochs", "MaxSteps", "BatchSize", "GradientAccumulation", "Schedule", "WarmupFraction", "WarmupFraction",
            "EvaluationInterval", "SelectBy", "Patience", "Threads",
        ];

        foreach (var (make, name) in absurd.Zip(names))
        {
            var exception = Assert.ThrowsException<ArgumentOutOfRangeException>(make);
            Assert.AreEqual(name, exception.ParamName);
            StringAssert.StartsWith(exception.Message, name + " ");
        }
    }

    [TestMethod]
    public void A_default_that_is_written_down_is_the_same_option()
    {
        var written = new TrainingOptions { Epochs = 3, BatchSize = 32, SelectBy = ModelSelection.Accuracy };

        Assert.AreEqual(new TrainingOptions(), written);
        Assert.AreEqual(new TrainingOptions().GetHashCode(), written.GetHashCode());
    }
}
