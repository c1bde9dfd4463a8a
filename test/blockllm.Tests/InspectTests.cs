using System.Text.Json;
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
    public void A_model_file_shows_what_its_folder_would_show()
    {
        using var folder = new WorkingFolder();
        folder.TrainClassifier("--epochs", "1", "--export");
        var ofFile = ToolRun.Succeeding(folder, "inspect", "run/model.zip", "--sparsity", "0.5", "--json").Json.GetProperty("model");
        var ofFolder = ToolRun.Succeeding(folder, "inspect", "run/model", "--sparsity", "0.5", "--json").Json;

        foreach (var part in new[] { "family", "tokenizer", "parameters", "tensors", "active" })
            Assert.AreEqual(ofFolder.GetProperty(part).GetRawText(), ofFile.GetProperty(part).GetRawText());
        Assert.AreEqual(Math.Ceiling(0.5m * ofFile.GetProperty("active").GetProperty("candidates").GetInt64()), ofFile.GetProperty("active").GetProperty("budget").GetInt64());
    }

    [TestMethod]
    public void Weights_in_files_that_are_no_part_of_the_model_are_not_counted()
    {
        using var folder = new WorkingFolder();
        Directory.Move(TinyModel.Copy(), folder["copy"]);
        var whole = ToolRun.Succeeding(folder, "inspect", "copy", "--json").Json;
        var names = whole.GetProperty("tensors").EnumerateArray().Select(tensor => tensor.GetProperty("name").GetString()!);
        File.Copy(folder["copy/model.safetensors"], folder["copy/older.safetensors"]);
        File.Move(folder["copy/model.safetensors"], folder["copy/part.safetensors"]);
        folder.Write("copy/model.safetensors.index.json", JsonSerializer.Serialize(new { weight_map = names.ToDictionary(name => name, _ => "part.safetensors") }));

        Assert.AreEqual(whole.GetRawText(), ToolRun.Succeeding(folder, "inspect", "copy", "--json").Json.GetRawText());
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
