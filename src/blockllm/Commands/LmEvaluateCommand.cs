using System.CommandLine;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary><c>blockllm lm evaluate</c>.</summary>
internal static class LmEvaluateCommand
{
    private const string Description = """
        Measures how well a trained language model predicts texts: perplexity, bits per byte, share of the tokens that it gets right.

        Example:
          blockllm lm evaluate runs/novel/model.zip heldout.txt
        """;

    public static CliCommand Create()
    {
        var model = new Argument<string>("MODEL") { Description = "The model file that 'train' has saved." };
        var data = new Argument<string>("DATA") { Description = "The data, a file as for 'train'." };
        var text = new Option<string>("--text-column") { HelpName = "text", Description = "Name of the column with the text.", DefaultValueFactory = _ => "Text" };
        var prompt = new Option<string?>("--prompt-column") { HelpName = "text", Description = "Name of the column with prompts." };
        var completion = new Option<string?>("--completion-column") { HelpName = "text", Description = "Name of the column with what follows them." };
        var (gpu, json) = (CommandFlags.Gpu(), CommandFlags.Json());
        var command = new CliCommand("evaluate", Description) { model, data, text, prompt, completion, gpu, json };
        command.SetAction(parsed =>
        {
            using var end = new ImmediateEnd();
            var ml = Context.Create(gpu: parsed.GetValue(gpu));
            var rows = new CorpusColumns(parsed.GetRequiredValue(data), parsed.GetValue(text)!, parsed.GetValue(prompt), parsed.GetValue(completion)).Load(ml);
            using var saved = SavedModel.Load(ml, parsed.GetRequiredValue(model));
            var evaluation = LanguageModelEvaluation.Of(ml, saved.LanguageModel, rows);
            Console.WriteLine(parsed.GetValue(json) ? JsonOutput.Line(evaluation) : evaluation.ToString());
            return ExitCode.Success;
        });
        return command;
    }
}
