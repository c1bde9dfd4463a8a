using Microsoft.ML.BlockLlm.Tests;

namespace Microsoft.ML.BlockLlm.Tool.Tests;

[TestClass]
public sealed class ConfigurationTests
{
    [TestMethod]
    public void Flags_win_over_the_configuration_file()
    {
        using var folder = new WorkingFolder();
        folder.Write("run.yaml", "epochs: 7\nbatch-size: 5\nfrozen:\n- '*.layer.*.bias'\nmax-gradient-norm: null\n");
        folder.TrainClassifier("--config", "run.yaml", "--epochs", "1");

        var saved = File.ReadAllText(folder["run/settings.yaml"]);
        StringAssert.Contains(saved, "\nepochs: 1\n");
        StringAssert.Contains(saved, "\nbatch-size: 5\n");
        StringAssert.Contains(saved, "\nmax-gradient-norm: none\n");
        StringAssert.Matches(saved, new(@"\nfrozen:\n- ['""]\*\.layer\.\*\.bias['""]\n"));
    }

    [TestMethod]
    public void Json_is_read_as_well_as_yaml()
    {
        using var folder = new WorkingFolder();
        folder.Write("run.json", """{ "epochs": 1, "reselection": "fixed-period", "patience": 3 }""");
        folder.TrainClassifier("--config", "run.json");

        StringAssert.Contains(File.ReadAllText(folder["run/settings.yaml"]), "reselection: fixed-period\n");
    }

    [TestMethod]
    public void An_unknown_key_is_refused_with_its_line_and_the_nearest_known_name()
    {
        using var folder = new WorkingFolder();
        folder.Write("run.yaml", "epochs: 1\nlearningrate: 0.1\n");
        var refused = ToolRun.Refused(folder, "classify", "train", "--config", "run.yaml");

        StringAssert.Contains(refused.Errors, "run.yaml, line 2: there is no setting 'learningrate'. Did you mean 'learning-rate'?");
    }

    [TestMethod]
    [DataRow("epochs: [3, 5]", "run.yaml, line 1: epochs has one value, but a list of 2 is given.")]
    [DataRow("export: []", "run.yaml, line 1: export has one value, but a list of 0 is given.")]
    public void A_list_for_a_single_value_is_refused(string setting, string message)
    {
        using var folder = new WorkingFolder();
        folder.Write("run.yaml", setting + "\n");

        StringAssert.Contains(ToolRun.Refused(folder, "classify", "train", "--config", "run.yaml").Errors, message);
    }

    [TestMethod]
    public void Another_method_is_trained_with_and_goes_on_from_its_checkpoints()
    {
        using var folder = new WorkingFolder();
        folder.TrainClassifier("--method", "adamw", "--weight-decay", "0.1");

        StringAssert.Contains(File.ReadAllText(folder["run/settings.yaml"]), "\nmethod: adamw\n");
        ToolRun.Succeeding(folder, "resume", "run");
    }

    [TestMethod]
    [DataRow("adamw", "beta2", "1")]
    [DataRow("sgd", "momentum", "1")]
    [DataRow("lora", "rank", "0")]
    [DataRow("lora", "alpha", "-1")]
    [DataRow("lora", "adapter-dropout", "1")]
    [DataRow("badam", "period", "0")]
    [DataRow("lisa", "active-layers", "0")]
    [DataRow("misa", "active-share", "2")]
    [DataRow("misa", "importance-factor", "-1")]
    [DataRow("galore", "period", "0")]
    [DataRow("galore", "rank", "0")]
    [DataRow("galore", "oversampling", "-1")]
    [DataRow("fira", "norm-growth-limit", "0")]
    [DataRow("apollo", "rank", "0")]
    [DataRow("apollo-mini", "scale", "-1")]
    [DataRow("frugal", "density", "2")]
    public void Settings_of_a_method_reach_its_options_from_a_file_as_from_flags(string method, string setting, string wrong)
    {
        using var folder = new WorkingFolder();
        folder.WriteMessages();
        folder.Write("run.yaml", $"data: messages.tsv\nmodel: {TinyModel.Directory}\noutput: run\nmethod: {method}\n{setting}: {wrong}\n");
        var fromFile = ToolRun.Refused(folder, "classify", "train", "--config", "run.yaml").Errors;
        var fromFlags = ToolRun.Refused(folder, "classify", "train", "messages.tsv", "--model", TinyModel.Directory, "--output", "run", "--method", method, "--" + setting, wrong).Errors;

        StringAssert.Matches(fromFile, new($"(?i){(setting == "adapter-dropout" ? "dropout" : setting)} must be"));
        Assert.AreEqual(fromFile, fromFlags);
    }

    [TestMethod]
    public void A_setting_of_another_method_is_refused()
    {
        using var folder = new WorkingFolder();
        folder.WriteMessages();
        var refused = ToolRun.Refused(folder, "classify", "train", "messages.tsv", "--model", TinyModel.Directory, "--output", "run", "--method", "adamw", "--patience", "3");

        StringAssert.Contains(refused.Errors, "patience is a setting of blockllm, and method is adamw");
    }

    [TestMethod]
    [DataRow("--epochs", "many", "--epochs: epochs is 'many', but must be a whole number.")]
    [DataRow("--reselection", "sometimes", "must be one of loss-patience, fixed-period, loss-plateau.")]
    [DataRow("--sparsity", "1.5", "sparsity must be at least 0 and below 1. It is 1.5.")]
    [DataRow("--recompute", "some", "recompute is 'some', but must be 'none', 'all'")]
    [DataRow("--groups", "*.bias", "groups: '*.bias' must be a pattern of names")]
    public void A_wrong_value_is_refused_with_what_is_possible(string flag, string value, string message)
    {
        using var folder = new WorkingFolder();
        folder.WriteMessages();
        var refused = ToolRun.Refused(folder, "classify", "train", "messages.tsv", "--model", TinyModel.Directory, "--output", "run", flag, value);

        StringAssert.Contains(refused.Errors, message);
        Assert.IsFalse(File.Exists(folder["run/settings.yaml"]));
    }
}
