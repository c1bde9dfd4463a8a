using System.CommandLine;
using System.CommandLine.Invocation;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>The command <c>blockllm</c>: runs the command that the arguments name, and turns what went wrong into a message and an exit code.</summary>
internal static class BlockLlmCommand
{
    private const string Description = """
        Fine-tunes language models in little memory, with BlockLLM (arXiv 2406.17296).

        Examples:
          blockllm plan llama-7b --limit 24GiB
          blockllm classify train mails.tsv --model models/minilm --output runs/mails
          blockllm classify predict runs/mails/model.zip --text "You have won!"
          blockllm lm train novel.txt --model models/llama --output runs/novel

        Exit codes: 0 success, 1 failure, 2 wrong usage, 130 canceled.
        """;

    /// <summary>Runs a command line.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static int Run(string[] args)
    {
        var parsed = Root(args).Parse(args);
        if (parsed.Action is ParseErrorAction mistake)
        {
            mistake.ShowHelp = false;
            parsed.Invoke();
            Console.Error.WriteLine("'--help' after a command shows what it takes.");
            return ExitCode.Usage;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (UsageException exception)
        {
            return Report(exception.Message, ExitCode.Usage);
        }
        catch (OperationCanceledException)
        {
            return Report("The command was canceled before it had anything to save.", ExitCode.Canceled);
        }
        catch (Exception exception) when (IsExplained(exception))
        {
            // What an argument's message goes on with is for programmers.
            return Report(exception is ArgumentException ? exception.Message.Split(" (Parameter", 2)[0] : exception.Message, ExitCode.Failure);
        }
        catch (Exception exception)
        {
            return Report($"Something unforeseen went wrong; please report it.\n{exception}", ExitCode.Failure);
        }
    }

    private static RootCommand Root(string[] args) => new(Description)
    {
        new CliCommand("classify", "Text classifiers: train, evaluate, predict.")
        {
            ClassifyTrainCommand.Create(),
            ClassifyEvaluateCommand.Create(),
            ClassifyPredictCommand.Create(),
        },
        new CliCommand("lm", "Language models: train, evaluate, generate.")
        {
            LmTrainCommand.Create(),
            LmEvaluateCommand.Create(),
            LmGenerateCommand.Create(),
        },
        ResumeCommand.Create(),
        CompareCommand.Create(args),
        PlanCommand.Create(),
        InspectCommand.Create(),
    };

    /// <summary>Whether the message of an exception says enough for a user.</summary>
    private static bool IsExplained(Exception exception) =>
        exception is IOException or InvalidDataException or UnauthorizedAccessException or ModelLoadException or TrainingDivergedException or InvalidOperationException or NotSupportedException
            or FormatException or ArgumentException or DllNotFoundException;

    private static int Report(string message, int exitCode)
    {
        Console.Error.WriteLine($"error: {message}");
        return exitCode;
    }
}
