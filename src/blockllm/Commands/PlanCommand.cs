using System.CommandLine;
using System.Globalization;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary><c>blockllm plan</c>.</summary>
internal static class PlanCommand
{
    private const string Description = """
        Says what memory training a model takes, method by method, before any weight is loaded; with --limit, the largest batch that fits.

        Batches are as long as the trainers make them by default, and all else is as they do it. The runtime's own memory comes on top, and freed
        memory counts as returned (freed-memory: returned).

        Examples:
          blockllm plan llama-7b
          blockllm plan llama-7b --length 1024 --limit 48GiB
          blockllm plan models/minilm --task classify --batch-size 32 --length 128
          blockllm plan --new-model shape.json --batch-size 32
        """;

    private static readonly string[] s_header = ["method", "batch", "recompute", "weights", "gradients", "state", "activations", "best kept", "peak", "to have"];

    public static CliCommand Create()
    {
        var model = new Argument<string?>("MODEL") { Arity = ArgumentArity.ZeroOrOne, Description = $"A Hugging Face folder, or one of: {string.Join(", ", NamedShapes.Names)}." };
        var newModel = new Option<string?>("--new-model") { HelpName = "file", Description = "Instead, the shape of a new language model, as 'lm train' takes it: a config.json of model type llama, mistral or qwen2." };
        var task = new Option<string?>("--task") { HelpName = "classify|lm", Description = "What the model is trained for. Default: lm for a decoder, else classify." };
        task.AcceptOnlyFromAmong([.. KebabCase.NamesOf(typeof(PlanTask))]);
        var classes = new Option<int>("--classes") { HelpName = "number", Description = "Classes of a classifier.", DefaultValueFactory = _ => 2 };
        var batchSize = new Option<int?>("--batch-size") { HelpName = "number", Description = $"Texts that go through the model at once. Default: {TrainerDefaults.BatchSizeOf(PlanTask.Classify)} for classify, {TrainerDefaults.BatchSizeOf(PlanTask.Lm)} for lm." };
        var length = new Option<int?>("--length") { HelpName = "number", Description = "Tokens of a text. Default: what the model takes; for lm no more than 1024." };
        var restoreBest = new Option<bool?>("--restore-best") { HelpName = "true|false", Description = "Whether the weights that do best on validation data are kept. Default: true for classify, false for lm, whose 'train' sets no data aside." };
        var accumulation = new Option<int>("--gradient-accumulation") { HelpName = "number", Description = "Batches that give their gradients to one update.", DefaultValueFactory = _ => 1 };
        var weightType = new Option<string>("--weight-type") { HelpName = string.Join('|', KebabCase.NamesOf(typeof(WeightPrecision))), Description = "Type of the weights in memory.", DefaultValueFactory = _ => KebabCase.Of(nameof(WeightPrecision.Float32)) };
        weightType.AcceptOnlyFromAmong([.. KebabCase.NamesOf(typeof(WeightPrecision))]);
        var limit = new Option<string?>("--limit") { HelpName = "bytes", Description = "Find the largest batch that fits into this, such as 8GiB." };
        var (sparsity, json) = (CommandFlags.Sparsity(), CommandFlags.Json());
        var command = new CliCommand("plan", Description) { model, newModel, task, classes, batchSize, length, restoreBest, accumulation, sparsity, weightType, limit, json };
        command.SetAction(parsed =>
        {
            var planned = PlannedModel.Find(parsed.GetValue(model), parsed.GetValue(newModel));
            var plannedTask = parsed.GetValue(task) is { } given ? (PlanTask)KebabCase.Find(typeof(PlanTask), given)! : planned.Config is DecoderConfig ? PlanTask.Lm : PlanTask.Classify;
            if (!planned.IsPretrained && plannedTask != PlanTask.Lm)
                throw new UsageException("A new model is a language model: leave out --task, or name a pretrained model.");
            if (parsed.GetValue(limit) is not null && parsed.GetValue(batchSize) is not null)
                throw new UsageException("With limit the largest batch is looked for, so batch-size has no meaning. Leave out one of them.");
            var longest = planned.Config.MaxTokens;
            var batch = new BatchShape(parsed.GetValue(batchSize) ?? TrainerDefaults.BatchSizeOf(plannedTask), parsed.GetValue(length) ?? TrainerDefaults.LengthOf(plannedTask, planned.Config));
            if (batch.BatchSize < 1 || batch.Length < 1 || batch.Length > longest || parsed.GetValue(accumulation) < 1)
                throw new UsageException($"batch-size and gradient-accumulation must be at least 1, and length from 1 to {longest}, which is what the model takes.");
            var bytes = parsed.GetValue(limit) is { } text ? ByteCount.Parse(text, "limit") : (long?)null;
            var table = PlanTable.Of(
                planned, plannedTask, parsed.GetValue(classes), batch, parsed.GetValue(sparsity), (WeightPrecision)KebabCase.Find(typeof(WeightPrecision), parsed.GetValue(weightType)!)!,
                parsed.GetValue(restoreBest) ?? TrainerDefaults.KeepsBest(plannedTask), parsed.GetValue(accumulation) > 1, bytes);
            if (parsed.GetValue(json))
                Console.WriteLine(JsonOutput.Line(table));
            else
                Print(table, batch, bytes);
            return bytes is null || table.Rows.Any(row => row.BatchSize is not null) ? ExitCode.Success : ExitCode.Failure;
        });
        return command;
    }

    private static void Print(PlanTable table, BatchShape batch, long? limit)
    {
        var purpose = table.Task == PlanTask.Lm ? "a language model" : "a classifier";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{table.Model} as {purpose}: {table.Weights:N0} weights. ") + (limit is { } bytes
            ? $"The largest batch of texts of {batch.Length} tokens that fits into {ByteCount.Format(bytes)}:"
            : $"Batches of {batch.BatchSize} texts of {batch.Length} tokens:"));
        Console.WriteLine();
        TextColumns.Print(s_header, table.Rows.Select(row => row.Peak is null
            ? [row.Method, "does not fit", .. Enumerable.Repeat("", s_header.Length - 2)]
            : new[] { row.Method, $"{row.BatchSize}", row.Recompute!.ToLowerInvariant(), Bytes(row.Weights), Bytes(row.Gradients), Bytes(row.State), Bytes(row.Activations), Bytes(row.BestModel), Bytes(row.Peak), Bytes(row.PeakWithReserve) }));
    }

    private static string Bytes(long? bytes) => ByteCount.Format(bytes!.Value);
}
