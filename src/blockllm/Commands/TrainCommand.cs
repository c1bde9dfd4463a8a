using System.CommandLine;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Trains as settings say.</summary>
/// <typeparam name="TSettings">The settings.</typeparam>
/// <typeparam name="TEvaluation">How the model is evaluated.</typeparam>
/// <param name="settings">The settings.</param>
/// <param name="entries">The same by name, to be saved.</param>
/// <param name="folder">The folder to write to.</param>
/// <param name="resume">Whether to go on from the last checkpoint in the folder.</param>
/// <param name="cancellationToken">Ends training within a step; the best model so far is saved.</param>
internal delegate TrainingResult<TEvaluation> Train<TSettings, TEvaluation>(
    TSettings settings, IReadOnlyList<(string Key, object? Value)> entries, RunFolder folder, bool resume, CancellationToken cancellationToken) where TEvaluation : class;

/// <summary>What the commands that train have in common.</summary>
internal static class TrainCommand
{
    /// <summary>The command <c>train</c> of a task.</summary>
    /// <param name="description">Its help.</param>
    /// <param name="train">Trains.</param>
    public static CliCommand Create<TSettings, TEvaluation>(string description, Train<TSettings, TEvaluation> train)
        where TSettings : TrainerSettings, new() where TEvaluation : class
    {
        var data = new Argument<string?>("DATA") { Arity = ArgumentArity.ZeroOrOne, Description = "The data to train on; --data, or data in the configuration file, does the same." };
        var (options, overwrite, json) = (new SettingOptions<TSettings>(), CommandFlags.Overwrite(), CommandFlags.Json());
        var command = new CliCommand("train", description) { data, overwrite, json };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var settings = options.Resolve(parsed);
            settings = (TSettings)(settings with { Data = parsed.GetValue(data) ?? settings.Data });
            return Run(train, settings, options, RunFolder.Create(settings.Output, parsed.GetValue(overwrite)), resume: false, parsed.GetValue(json));
        });
        return command;
    }

    /// <summary>Goes on with the training of a folder.</summary>
    /// <param name="train">Trains.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="json">Whether the result is printed as JSON.</param>
    public static int Resume<TSettings, TEvaluation>(Train<TSettings, TEvaluation> train, RunFolder folder, bool json)
        where TSettings : TrainerSettings, new() where TEvaluation : class
    {
        var options = new SettingOptions<TSettings>();
        return Run(train, (TSettings)(options.Read(folder.Settings) with { Output = folder.Path }), options, folder, resume: true, json);
    }

    private static int Run<TSettings, TEvaluation>(Train<TSettings, TEvaluation> train, TSettings settings, SettingOptions<TSettings> options, RunFolder folder, bool resume, bool json)
        where TSettings : TrainerSettings, new() where TEvaluation : class
    {
        using var interruption = new TerminationSignal();
        var result = train(settings, options.List(settings), folder, resume, interruption.Token);
        Console.WriteLine(json ? JsonOutput.Line(result) : result.ToString());
        return result.ExitCode();
    }
}
