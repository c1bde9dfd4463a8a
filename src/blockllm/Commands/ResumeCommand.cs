using System.CommandLine;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary><c>blockllm resume</c>.</summary>
internal static class ResumeCommand
{
    private const string Description = """
        Goes on with a training that was canceled or killed, from its last checkpoint, with the settings it was begun with. It ends with the model that it would
        have given without the interruption. One that was ended before its first checkpoint begins again.

        Example:
          blockllm resume runs/mails
        """;

    public static CliCommand Create()
    {
        var output = new Argument<string>("OUTPUT") { Description = "The output folder of the training." };
        var (endWithInput, json) = (CommandFlags.EndWithInput(), CommandFlags.Json());
        var command = new CliCommand("resume", Description) { output, endWithInput, json };
        command.SetAction(parsed =>
        {
            var folder = RunFolder.Open(parsed.GetRequiredValue(output));
            return IsOfClassifier(folder)
                ? TrainCommand.Resume<ClassifySettings, ClassifierEvaluation>(ClassifierTraining.Run, folder, parsed.GetValue(endWithInput), parsed.GetValue(json))
                : TrainCommand.Resume<LanguageModelSettings, LanguageModelEvaluation>(LanguageModelTraining.Run, folder, parsed.GetValue(endWithInput), parsed.GetValue(json));
        });
        return command;
    }

    private static bool IsOfClassifier(RunFolder folder) => ConfigurationFile.Read(folder.Settings).Any(entry => entry.Key == KebabCase.Of(nameof(ClassifySettings.LabelColumn)));
}
