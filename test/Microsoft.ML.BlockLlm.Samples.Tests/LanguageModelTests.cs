using Microsoft.ML.BlockLlm.Setup;

namespace Microsoft.ML.BlockLlm.Samples.Tests;

[TestClass]
public sealed class LanguageModelTests
{
    [TestMethod]
    public void One_pretrains_a_model_and_the_other_goes_on_with_it()
    {
        Cache.Require(CacheFolder.Brown, "brown");
        using var folder = new WorkingFolder();

        var pretraining = SampleRun.Succeeding("LanguageModelPretraining", folder, "--steps", "8", "--lines", "300", "--out", "llama");
        var fineTuning = SampleRun.Succeeding("LanguageModelFineTuning", folder, "--model", "llama", "--steps", "4", "--out", "tuned");

        var losses = File.ReadLines(folder["llama-loss.csv"]).Skip(1).Select(line => double.Parse(line.Split(',')[2], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.AreEqual(8, losses.Count);
        Assert.IsTrue(losses[^1] < losses[0], pretraining.Output);
        Assert.IsTrue(pretraining.Number("an update changes: BlockLLM ([0-9.]+) %") < pretraining.Number("full Adam ([0-9.]+) %"), pretraining.Output);
        StringAssert.Contains(fineTuning.Output, "== Before\nWhen I");
        StringAssert.Contains(fineTuning.Output, "== After\nWhen I");
        Assert.IsTrue(File.Exists(folder[Path.Combine("tuned", "model.safetensors")]));
    }
}
