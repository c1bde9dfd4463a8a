using Microsoft.ML.BlockLlm.Setup;

namespace Microsoft.ML.BlockLlm.Samples.Tests;

[TestClass]
public sealed class TextClassificationTests
{
    [TestMethod]
    public void It_trains_on_some_e_mails_and_predicts_in_a_second_process()
    {
        Cache.Require(CacheFolder.UseLite, "use-lite");
        Cache.Require(CacheFolder.SpamAssassin, "spam-assassin");
        using var folder = new WorkingFolder();

        var training = SampleRun.Succeeding("TextClassification", folder, "train", "--model", "spam.zip", "--rows", "300", "--epochs", "2");
        var prediction = SampleRun.Succeeding("TextClassification", folder, "predict", "--model", "spam.zip");

        Assert.IsTrue(training.Number("Accuracy ([0-9.]+)") > 75, training.Output);
        StringAssert.Contains(training.Output, "Confusion table");
        Assert.AreEqual("ham", prediction.Output.Split('\n')[0][..3]);
        Assert.AreEqual("spam", prediction.Output.Split('\n')[1][..4]);
    }

    [TestMethod]
    public void It_says_how_to_make_a_model_where_there_is_none()
    {
        using var folder = new WorkingFolder();

        var run = SampleRun.Start("TextClassification", folder, "predict", "--model", "none.zip");

        Assert.AreEqual(1, run.ExitCode);
        StringAssert.Contains(run.Errors, "TextClassification train --model none.zip");
    }
}
