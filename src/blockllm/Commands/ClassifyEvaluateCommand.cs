using System.CommandLine;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary><c>blockllm classify evaluate</c>.</summary>
internal static class ClassifyEvaluateCommand
{
    private const string Description = """
        Measures how well a trained classifier does on labelled data: accuracy, log-loss, and how many rows of each class were put into which.

        Example:
          blockllm classify evaluate runs/mails/model.zip test.tsv
        """;

    public static CliCommand Create()
    {
        var model = new Argument<string>("MODEL") { Description = "The model file that 'train' has saved." };
        var data = new Argument<string>("DATA") { Description = "The labelled data, a file as for 'train'." };
        var (columns, gpu, json) = (new ColumnFlags(), CommandFlags.Gpu(), CommandFlags.Json());
        var command = new CliCommand("evaluate", Description) { model, data, columns.Label, columns.Text, columns.SecondText, gpu, json };
        command.SetAction(parsed =>
        {
            using var end = new ImmediateEnd();
            var ml = Context.Create(gpu: parsed.GetValue(gpu));
            var table = TextTable.Open(parsed.GetRequiredValue(data));
            using var saved = SavedModel.Load(ml, parsed.GetRequiredValue(model));
            var rows = LabelledData.Load(ml, table, parsed.GetValue(columns.Label)!, parsed.GetValue(columns.Text)!, columns.SecondTextOf(parsed, saved));
            var evaluation = ClassifierEvaluation.Of(ml, saved.Transformer, saved.Classifier, rows);
            Console.WriteLine(parsed.GetValue(json) ? JsonOutput.Line(evaluation) : evaluation.ToString());
            return ExitCode.Success;
        });
        return command;
    }
}
