namespace Microsoft.ML.BlockLlm.Tool;

/// <summary><c>blockllm classify train</c>.</summary>
internal static class ClassifyTrainCommand
{
    private const string Description = """
        Fine-tunes a pretrained model to put texts into classes.

        DATA is a file with a header: tab-separated, or comma-separated with quotes if its name ends in .csv. The output folder gets model.zip, which ML.NET
        loads too, settings.yaml with all settings, metrics.jsonl with a line for each update, and report.html to look at.

        Examples:
          blockllm classify train mails.tsv --model models/minilm --output runs/mails
          blockllm classify train pairs.csv --model hub:owner/model --text-column Question --second-text-column Answer --output runs/pairs
          blockllm classify train --config runs/mails/settings.yaml --output runs/again --sparsity 0.9
        """;

    public static CliCommand Create() => TrainCommand.Create<ClassifySettings, ClassifierEvaluation>(Description, ClassifierTraining.Run);
}
