using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tests;

[TestClass]
public class LanguageModelOptionsTests
{
    [TestMethod]
    public void What_training_options_leave_open_is_as_language_models_have_it()
    {
        var options = new BlockLlmLanguageModelOptions { Training = new TrainingOptions { Recompute = Recompute.All } };

        Assert.AreEqual((1, 8, ModelSelection.Loss), (options.Epochs, options.BatchSize, options.Training.SelectBy));
        Assert.AreEqual(Recompute.All, options.Training.Recompute);
    }

    [TestMethod]
    public void What_training_options_say_counts()
    {
        // What TrainingOptions have by themselves, said all the same.
        var options = new BlockLlmLanguageModelOptions { Training = new TrainingOptions { Epochs = 3, BatchSize = 32, SelectBy = ModelSelection.Accuracy } };

        Assert.AreEqual((3, 32, ModelSelection.Accuracy), (options.Epochs, options.BatchSize, options.Training.SelectBy));
        Assert.AreNotEqual(new BlockLlmLanguageModelOptions { Training = new TrainingOptions() }, options);
    }

    [TestMethod]
    public void Short_options_win_also_where_they_are_null()
    {
        var options = new BlockLlmLanguageModelOptions
        {
            Epochs = 2,
            MaxSteps = null,
            Checkpoints = null,
            Training = new TrainingOptions { Epochs = 5, MaxSteps = 7, Checkpoints = new CheckpointOptions { Directory = "checkpoints" } },
        };

        Assert.AreEqual((2, null, null), (options.Training.Epochs, options.Training.MaxSteps, options.Training.Checkpoints));
    }
}
