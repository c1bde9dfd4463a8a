using System.CommandLine;
using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary><c>blockllm lm generate</c>.</summary>
internal static class LmGenerateCommand
{
    private const string Description = """
        Goes on with a text, and prints what follows it as it comes.

        Examples:
          blockllm lm generate runs/novel/model.zip "Once upon a time" --temperature 0.8 --top-k 40
          echo "Once upon a time" | blockllm lm generate models/llama --max-new-tokens 50 --json
        """;

    public static CliCommand Create()
    {
        var model = new Argument<string>("MODEL") { Description = "The model file that 'train' has saved, or a Hugging Face folder." };
        var prompt = new Argument<string?>("PROMPT") { Arity = ArgumentArity.ZeroOrOne, Description = "The text to go on with; without it, the standard input." };
        var (settings, json) = (new SettingOptions<GenerationSettings>(), CommandFlags.Json());
        var command = new CliCommand("generate", Description) { model, prompt, json };
        settings.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var end = new ImmediateEnd();
            var options = settings.Resolve(parsed).ToOptions();
            var path = parsed.GetRequiredValue(model);
            var text = parsed.GetValue(prompt) ?? Console.In.ReadToEnd().TrimEnd('\r', '\n');
            if (Directory.Exists(path))
            {
                using var network = CausalLanguageModel.Load(path);
                await PrintAsync(text, new TextGenerator(network).GenerateAsync(text, options, cancellationToken), parsed.GetValue(json));
            }
            else
            {
                using var saved = SavedModel.Load(Context.Create(), path);
                await PrintAsync(text, saved.LanguageModel.GenerateStreaming(text, options, cancellationToken), parsed.GetValue(json));
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static async Task PrintAsync(string prompt, IAsyncEnumerable<string> pieces, bool json)
    {
        var text = "";
        await foreach (var piece in pieces)
        {
            text += piece;
            if (!json)
                Console.Write(piece);
        }

        Console.WriteLine(json ? JsonOutput.Line(new { Prompt = prompt, Text = text }) : "");
    }
}
