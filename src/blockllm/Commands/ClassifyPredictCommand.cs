using System.CommandLine;
using System.Globalization;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary><c>blockllm classify predict</c>.</summary>
internal static class ClassifyPredictCommand
{
    private const string Description = """
        Puts texts into classes. Each text gives a line: class, probability and text between tabs, or with --json an object with all probabilities.

        Examples:
          blockllm classify predict runs/mails/model.zip --text "You have won!"
          blockllm classify predict runs/mails/model.zip new.tsv --text-column Body --json
          echo "You have won!" | blockllm classify predict runs/mails/model.zip
        """;

    public static CliCommand Create()
    {
        var model = new Argument<string>("MODEL") { Description = "The model file that 'train' has saved." };
        var data = new Argument<string?>("DATA") { Arity = ArgumentArity.ZeroOrOne, Description = "A file as for 'train', which needs no labels. Without it, and without --text, texts are lines of the standard input." };
        var text = new Option<string[]>("--text") { HelpName = "text", Description = "A text; may be given several times, and twice for a pair." };
        var (columns, gpu, json) = (new ColumnFlags(), CommandFlags.Gpu(), CommandFlags.Json());
        var command = new CliCommand("predict", Description) { model, data, text, columns.Text, columns.SecondText, gpu, json };
        command.SetAction(parsed =>
        {
            using var end = new ImmediateEnd();
            var ml = Context.Create(gpu: parsed.GetValue(gpu));
            using var saved = SavedModel.Load(ml, parsed.GetRequiredValue(model));
            var rows = (parsed.GetValue(data), parsed.GetValue(text)) switch
            {
                ({ } path, _) => TextTable.Open(path).Read(null, parsed.GetValue(columns.Text), columns.SecondTextOf(parsed, saved)),
                (_, { Length: > 0 } texts) => Rows(texts, saved.ReadsPairs),
                _ => Rows(InputLines(), saved.ReadsPairs),
            };
            var labels = saved.Classifier.Labels!;
            foreach (var row in ml.Data.CreateEnumerable<Prediction>(saved.Transformer.Transform(LabelledData.Load(ml, rows, saved.ReadsPairs)), reuseRowObject: false))
                Console.WriteLine(parsed.GetValue(json) ? row.ToJson(labels) : row.ToLine());
            return ExitCode.Success;
        });
        return command;
    }

    private static IEnumerable<string> InputLines()
    {
        while (Console.In.ReadLine() is { } line)
            yield return line;
    }

    /// <summary>Rows of lone texts; those of pairs have two, which in a line stand between tabs.</summary>
    private static IEnumerable<string[]> Rows(IEnumerable<string> texts, bool isPair)
    {
        if (!isPair)
            return texts.Select(text => new[] { "", text, "" });
        return texts.SelectMany(text => text.Split('\t')).Chunk(2).Select(pair => pair.Length == 2
            ? new[] { "", pair[0], pair[1] }
            : throw new UsageException("The model reads pairs of texts: give two with --text, or lines with a tab between the two."));
    }

    private sealed class Prediction
    {
        public string Text { get; set; } = "";

        public string PredictedLabel { get; set; } = "";

        public float[] Score { get; set; } = [];

        public string ToLine() => string.Create(CultureInfo.InvariantCulture, $"{PredictedLabel}\t{Score.Max():F4}\t{Text.ReplaceLineEndings(" ")}");

        public string ToJson(IReadOnlyList<string> labels) =>
            JsonOutput.Line(new { Label = PredictedLabel, Probability = Score.Max(), Probabilities = labels.Zip(Score).ToDictionary(item => item.First, item => item.Second), Text });
    }
}
