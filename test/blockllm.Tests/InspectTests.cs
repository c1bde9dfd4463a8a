using Microsoft.ML.BlockLlm.Tests;

namespace Microsoft.ML.BlockLlm.Tool.Tests;

[TestClass]
public sealed class InspectTests
{
    [TestMethod]
    public void A_folder_shows_family_tensors_and_what_would_be_active()
    {
        using var folder = new WorkingFolder();
        var json = ToolRun.Succeeding(folder, "inspect", TinyLanguageModel.Directory, "--sparsity", "0.9", "--json").Json;
        var active = json.GetProperty("active");

        Assert.AreEqual("llama", json.GetProperty("family").GetString());
        Assert.AreEqual(2, json.GetProperty("layers").GetInt32());
        CollectionAssert.Contains(json.GetProperty("tensors").EnumerateArray().Select(tensor => tensor.GetProperty("name").GetString()).ToArray(), "model.layers.1.mlp.gate_proj.weight");
        Assert.AreEqual(json.GetProperty("parameters").GetInt64(), active.GetProperty("frozen").GetInt64() + active.GetProperty("candidates").GetInt64());
        Assert.AreEqual(Math.Ceiling(0.1m * active.GetProperty("candidates").GetInt64()), active.GetProperty("budget").GetInt64());
    }

    [TestMethod]
    public void A_model_file_shows_classes_and_how_it_was_trained()
    {
        using var folder = new WorkingFolder();
        var steps = folder.TrainClassifier("--epochs", "1", "--json").Json.GetProperty("steps").GetInt64();
        var shown = ToolRun.Succeeding(folder, "inspect", "run/model.zip").Output;

        StringAssert.Contains(shown, "Columns: Label, Text\n");
        StringAssert.Contains(shown, $"Trained in {steps} steps");
        StringAssert.Contains(shown, "Classes: ");
    }

    [TestMethod]
    public void A_broken_file_is_a_failure_with_a_sentence()
    {
        using var folder = new WorkingFolder();
        folder.Write("model.zip", "no archive");
        var run = ToolRun.Start(folder, "inspect", "model.zip");

        Assert.AreEqual(1, run.ExitCode);
        StringAssert.StartsWith(run.Errors, "error: ");
    }
}
