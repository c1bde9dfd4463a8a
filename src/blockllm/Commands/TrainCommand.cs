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
        var (options, overwrite, endWithInput, json) = (new SettingOptions<TSettings>(), CommandFlags.Overwrite(), CommandFlags.EndWithInput(), CommandFlags.Json());
        var command = new CliCommand("train", description) { data, overwrite, endWithInput, json };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var settings = options.Resolve(parsed);
            settings = (TSettings)(settings with { Data = parsed.GetValue(data) ?? settings.Data });
            return Run(train, settings, options, RunFolder.Create(settings.Output, parsed.GetValue(overwrite)), resume: false, parsed.GetValue(endWithInput), parsed.GetValue(json));
        });
        return command;
    }

    /// <summary>Goes on with the training of a folder.</summary>
    /// <exception cref="UsageException">The training is one without checkpoints.</exception>
    /// <param name="train">Trains.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="endWithInput">Whether the end of the standard input asks training to end.</param>
    /// <param name="json">Whether the result is printed as JSON.</param>
    public static int Resume<TSettings, TEvaluation>(Train<TSettings, TEvaluation> train, RunFolder folder, bool endWithInput, bool json)
        where TSettings : TrainerSettings, new() where TEvaluation : class
    {
        var options = new SettingOptions<TSettings>();
        var settings = (TSettings)(options.Read(folder.Settings) with { Output = folder.Path });
        if (!settings.Checkpoints)
            throw new UsageException($"'{folder.Path}' holds a training without checkpoints, so there is nothing to go on from. Begin anew with 'train --config {folder.Settings} --overwrite'.");
        Console.Error.WriteLine(TrainingCheckpoint.Latest(folder.Checkpoints) is { } last
            ? $"Going on after update {last.Step}, from {last.Path}."
            : "There is no checkpoint yet, so training begins again at its first update.");
        return Run(train, settings, options, folder, resume: true, endWithInput, json);
    }

    private static int Run<TSettings, TEvaluation>(
        Train<TSettings, TEvaluation> train, TSettings settings, SettingOptions<TSettings> options, RunFolder folder, bool resume, bool endWithInput, bool json)
        where TSettings : TrainerSettings, new() where TEvaluation : class
    {
        using var signal = new TerminationSignal();
        using var end = new InputEnd(endWithInput, signal.Token);
        var result = train(settings, options.List((TSettings)settings.WithFullPaths()), folder, resume, end.Token);
        Console.WriteLine(json ? JsonOutput.Line(result) : result.ToString());
        return result.ExitCode();
    }
}
