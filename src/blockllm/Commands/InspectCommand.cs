using System.CommandLine;
using System.Globalization;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary><c>blockllm inspect</c>.</summary>
internal static class InspectCommand
{
    private const string Description = """
        Says what a model is: family, tokenizer, tensors, and what BlockLLM would train of it; of a model file also how it was trained.

        Examples:
          blockllm inspect models/minilm --sparsity 0.9
          blockllm inspect runs/mails/model.zip --json
        """;

    private static readonly string[] s_header = ["tensor", "type", "shape"];

    public static CliCommand Create()
    {
        var model = new Argument<string>("MODEL") { Description = "A Hugging Face folder, or a model file that 'train' has saved." };
        var (sparsity, json) = (CommandFlags.Sparsity(), CommandFlags.Json());
        var command = new CliCommand("inspect", Description) { model, sparsity, json };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(model);
            if (Directory.Exists(path))
                Show(FolderInspection.Of(path, parsed.GetValue(sparsity)), parsed.GetValue(json), Print);
            else
                Show(FileInspection.Of(path, parsed.GetValue(sparsity)), parsed.GetValue(json), Print);
            return ExitCode.Success;
        });
        return command;
    }

    private static void Show<T>(T inspection, bool json, Action<T> print)
    {
        if (json)
            Console.WriteLine(JsonOutput.Line(inspection));
        else
            print(inspection);
    }

    private static void Print(FolderInspection folder) => Print(folder, folder.Folder);

    private static void Print(FolderInspection folder, string name)
    {
        Print(
            $"{name}: {folder.Family}, {folder.Layers} layers of width {folder.HiddenSize}, texts of up to {folder.MaxTokens:N0} tokens",
            $"Tokenizer: {folder.Tokenizer}, {folder.VocabularySize:N0} ids",
            $"Weights: {folder.Parameters:N0} in {folder.Tensors.Count} tensors, {ByteCount.Format(folder.Bytes)}",
            $"With s = {folder.Active.Sparsity}, {folder.Active.Budget:N0} of {folder.Active.Candidates:N0} candidates are active at a time; {folder.Active.AlwaysActive:N0} always, {folder.Active.Frozen:N0} never");
        Console.WriteLine();
        TextColumns.Print(s_header, folder.Tensors.Select(tensor => new[] { tensor.Name, tensor.Type, $"[{string.Join(", ", tensor.Shape)}]" }));
    }

    private static void Print(FileInspection file)
    {
        Print(
            $"{file.File}: {(file.Kind == PlanTask.Lm ? "a language model" : "a classifier")} of {file.Parameters:N0} weights",
            $"Columns: {string.Join(", ", file.Columns)}",
            $"Trained in {file.Steps} steps to a loss of {file.Loss:F4}, {100 * file.ActiveShare:F1} % of the weights active");
        if (file.Labels is { } labels)
            Console.WriteLine($"Classes: {string.Join(", ", labels)}");
        Print(file.Model, "Model");
    }

    private static void Print(params FormattableString[] lines)
    {
        foreach (var line in lines)
            Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
    }
}
