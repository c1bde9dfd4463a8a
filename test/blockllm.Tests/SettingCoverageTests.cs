using System.Text.Json;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool.Tests;

[TestClass]
public sealed class SettingCoverageTests
{
    /// <summary>Options without a flag of their own name: the flag that sets them, or why there is none.</summary>
    private static readonly Dictionary<string, string> s_elsewhere = new()
    {
        ["TrainingOptions.Patience"] = "--early-stopping",
        ["CheckpointOptions.Directory"] = "--output",
        ["CheckpointOptions.EveryUpdates"] = "--checkpoint-interval",
        ["CheckpointOptions.EveryEpoch"] = "--checkpoint-every-epoch",
        ["CheckpointOptions.Keep"] = "--keep-checkpoints",
        ["CheckpointOptions.KeepBest"] = "--keep-best-checkpoint",
        ["CheckpointOptions.AllWeights"] = "--checkpoint-all-weights",
        ["CheckpointOptions.Resume"] = "The command 'resume' sets it.",
        ["CheckpointOptions.Progress"] = "Reports go to programs.",
        ["BlockLlmOptimizerOptions.StepCosts"] = "A cost for each parameter by its name is for programs; the engine counts costs itself.",
        ["ApolloOptimizerOptions.Scaling"] = "The methods apollo and apollo-mini have one each.",
        ["LoraOptions.Dropout"] = "--adapter-dropout",
        ["BlockLlmTextClassificationOptions.LabelColumnName"] = "--label-column",
        ["BlockLlmTextClassificationOptions.TextColumnName"] = "--text-column",
        ["BlockLlmTextClassificationOptions.SecondTextColumnName"] = "--second-text-column",
        ["BlockLlmTextClassificationOptions.PredictedLabelColumnName"] = "The commands name their own columns.",
        ["BlockLlmTextClassificationOptions.ScoreColumnName"] = "The commands name their own columns.",
        ["BlockLlmLanguageModelOptions.TextColumnName"] = "--text-column",
        ["BlockLlmLanguageModelOptions.PromptColumnName"] = "--prompt-column",
        ["BlockLlmLanguageModelOptions.CompletionColumnName"] = "--completion-column",
        ["BlockLlmLanguageModelOptions.MessagesColumnName"] = "A file of conversations is known by its ending.",
        ["BlockLlmLanguageModelOptions.RowsAreLines"] = "A text file is known by its ending.",
        ["BlockLlmLanguageModelOptions.Generation"] = "'lm generate' has flags for it.",
        ["ValidationSet"] = "--validation",
        ["Training"] = "Its options are flags.",
        ["Optimizer"] = "Its options are flags.",
        ["Progress"] = "The command shows it.",
        ["CancellationToken"] = "Ctrl-C.",
    };

    [TestMethod]
    [DataRow("classify train", typeof(BlockLlmTextClassificationOptions), typeof(TrainingOptions), typeof(CheckpointOptions), typeof(BlockLlmOptimizerOptions), typeof(AdamWOptimizerOptions), typeof(SgdOptimizerOptions), typeof(LoraOptions), typeof(BAdamOptimizerOptions), typeof(LisaOptimizerOptions), typeof(MisaOptimizerOptions), typeof(GaLoreOptimizerOptions), typeof(FiraOptimizerOptions), typeof(ApolloOptimizerOptions), typeof(FrugalOptimizerOptions))]
    [DataRow("lm train", typeof(BlockLlmLanguageModelOptions), typeof(TrainingOptions), typeof(CheckpointOptions), typeof(BlockLlmOptimizerOptions), typeof(AdamWOptimizerOptions), typeof(SgdOptimizerOptions), typeof(LoraOptions), typeof(BAdamOptimizerOptions), typeof(LisaOptimizerOptions), typeof(MisaOptimizerOptions), typeof(GaLoreOptimizerOptions), typeof(FiraOptimizerOptions), typeof(ApolloOptimizerOptions), typeof(FrugalOptimizerOptions))]
    [DataRow("lm generate", typeof(GenerationOptions))]
    public void Every_option_has_a_flag_or_a_reason_to_have_none(string command, params Type[] options)
    {
        var flags = CommandHelp.Flags(CommandHelp.All.Single(help => help.Command.SequenceEqual(command.Split(' '))).Text).ToHashSet();
        var missing = options.SelectMany(type => type.GetProperties().Where(property => property.SetMethod is not null).Select(property => (Type: type, property.Name)))
            .Where(option => !HasFlag(option.Type, option.Name, flags))
            .Select(option => $"{option.Type.Name}.{option.Name}");

        Assert.AreEqual("", string.Join(", ", missing));
    }

    private static bool HasFlag(Type type, string name, HashSet<string> flags)
    {
        var elsewhere = s_elsewhere.GetValueOrDefault($"{type.Name}.{name}") ?? s_elsewhere.GetValueOrDefault(name) ?? "--" + JsonNamingPolicy.KebabCaseLower.ConvertName(name);
        return !elsewhere.StartsWith("--", StringComparison.Ordinal) || flags.Contains(elsewhere);
    }
}
