using System.CommandLine;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary><c>blockllm resume</c>.</summary>
internal static class ResumeCommand
{
    private const string Description = """
        Goes on with a training that was canceled or killed, from its last checkpoint, with the settings it was begun with. It ends with the model that it would
        have given without the interruption.

        Example:
          blockllm resume runs/mails
        """;

    public static CliCommand Create()
    {
        var output = new Argument<string>("OUTPUT") { Description = "The output folder of the training." };
        var json = CommandFlags.Json();
        var command = new CliCommand("resume", Description) { output, json };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(output);
            var folder = RunFolder.Open(path);
            using var interruption = new TerminationSignal();
            return IsOfClassifier(folder) ? Classify(folder, path, parsed.GetValue(json), interruption.Token) : Lm(folder, path, parsed.GetValue(json), interruption.Token);
        });
        return command;
    }

    private static bool IsOfClassifier(RunFolder folder) => ConfigurationFile.Read(folder.Settings).Any(entry => entry.Key == KebabCase.Of(nameof(ClassifySettings.LabelColumn)));

    private static int Classify(RunFolder folder, string output, bool json, CancellationToken cancellationToken)
    {
        var options = new SettingOptions<ClassifySettings>();
        var settings = options.Read(folder.Settings) with { Output = output };
        var result = ClassifierTraining.Run(settings, options.List(settings), folder, resume: true, cancellationToken);
        Console.WriteLine(json ? JsonOutput.Line(result) : result.ToString());
        return result.ExitCode();
    }

    private static int Lm(RunFolder folder, string output, bool json, CancellationToken cancellationToken)
    {
        var options = new SettingOptions<LanguageModelSettings>();
        var settings = options.Read(folder.Settings) with { Output = output };
        var result = LanguageModelTraining.Run(settings, options.List(settings), folder, resume: true, cancellationToken);
        Console.WriteLine(json ? JsonOutput.Line(result) : result.ToString());
        return result.ExitCode();
    }
}
