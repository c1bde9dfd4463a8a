using System.CommandLine;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary><c>blockllm compare classify</c> and <c>blockllm compare lm</c>.</summary>
internal static class CompareCommand
{
    private const string Description = """
        Trains the same model on the same data with several methods, each training in a process of its own, and says what each reaches, in what time and memory.

        The output folder gets compare.md, compare.json and compare.html, and below it a folder for each training. Weights are kept and rates chosen by the validation data, which the
        figures are of: compare methods by them, and measure the one you take on other data. The same command once more goes on with the trainings that are not complete; one whose settings, data or model
        were changed counts as such. A setting is for every method that takes it, and --METHOD.SETTING, such as --galore.rank 48, for that method alone; one that no compared method takes is refused.
        NAME=METHOD compares a method under a name of your own, so that several settings of one method can stand beside one another; its own settings are then --NAME.SETTING, and its row and folders have that name.
        Figures are means over the seeds, but memory is the largest of them. Trainings write no checkpoints: one that was interrupted begins anew. Ctrl-C ends the training that runs. If any is missing in the end, the table says so, and the exit code is 1, or 130 after Ctrl-C.

        Examples:
          blockllm compare classify mails.tsv --model models/minilm --output runs/methods --methods blockllm,adamw --learning-rates 0.0003,0.001 --seeds 1,2,3
          blockllm compare classify mails.tsv --model models/minilm --output runs/methods --methods blockllm,badam,lora --badam.period 10 --lora.rank 4 --weight-decay 0.01
          blockllm compare classify mails.tsv --model models/minilm --output runs/methods --methods blockllm,drawn=blockllm --drawn.mask-by random --drawn.take-factor 20
          blockllm compare lm novel.txt --validation heldout.txt --model models/llama --output runs/methods --max-steps 500 --trial-steps 100 --learning-rates 0.0003,0.001
        """;

    /// <summary>The command.</summary>
    /// <param name="arguments">The command line that it is to run, which may have flags with names of its own.</param>
    public static CliCommand Create(IReadOnlyList<string> arguments) => new("compare", Description)
    {
        Create<ClassifySettings>(arguments, PlanTask.Classify, "classify", """
            Compares methods of training a text classifier; 'blockllm compare --help' says how.

            Example:
              blockllm compare classify mails.tsv --model models/minilm --output runs/methods --methods blockllm,lora --seeds 1,2,3
            """, settings => settings.Validation is not null || settings.ValidationFraction > 0),
        Create<LanguageModelSettings>(arguments, PlanTask.Lm, "lm", """
            Compares methods of training a language model; 'blockllm compare --help' says how.

            Example:
              blockllm compare lm novel.txt --validation heldout.txt --model models/llama --output runs/methods --max-steps 500
            """, settings => settings.Validation is not null),
    };

    private static CliCommand Create<T>(IReadOnlyList<string> arguments, PlanTask task, string name, string description, Func<T, bool> isEvaluated) where T : TrainerSettings, new()
    {
        var data = new Argument<string?>("DATA") { Arity = ArgumentArity.ZeroOrOne, Description = "The data to train on; --data, or data in the configuration file, does the same." };
        var (flags, own, settings, json) = (new ComparisonFlags(), new MethodFlags(ComparisonFlags.NamesIn(arguments)), new SettingOptions<T>(), CommandFlags.Json());
        var command = new CliCommand(name, description) { data, json };
        flags.AddTo(command);
        settings.AddTo(command);
        own.AddTo(command);
        command.SetAction(parsed =>
        {
            var resolved = settings.Resolve(parsed);
            resolved = (T)(resolved with { Data = parsed.GetValue(data) ?? resolved.Data });
            var folder = resolved.Output ?? throw new UsageException("No folder is named for the comparison. Give one with --output.");
            if (!isEvaluated(resolved))
                throw new UsageException("There is no data to compare the methods on. Name a file with --validation.");
            var options = flags.Of(parsed, resolved, new T());
            using var signal = new TerminationSignal();
            var ofMethods = own.Of(parsed, resolved, settings, options.Methods);
            var comparison = new Comparison<T>(task, options, ofMethods, own.Variants(parsed, ofMethods), settings, folder, signal.Token);
            var table = comparison.Run();
            Directory.CreateDirectory(folder);
            AtomicFile.DeleteUnfinished(folder);
            AtomicFile.WriteText(Path.Combine(folder, "compare.md"), table + "\n");
            AtomicFile.WriteText(Path.Combine(folder, "compare.json"), JsonOutput.Line(table) + "\n");
            ComparisonPage.Write(Path.Combine(folder, "compare.html"), table);
            Console.WriteLine(parsed.GetValue(json) ? JsonOutput.Line(table) : table.ToString());
            if (table.Missing.Count == 0)
                return ExitCode.Success;
            Console.Error.WriteLine($"error: {(comparison.IsCanceled ? "The comparison was canceled" : "Not all trainings succeeded")}. The same command goes on with those that are missing.");
            return comparison.IsCanceled ? ExitCode.Canceled : ExitCode.Failure;
        });
        return command;
    }
}
