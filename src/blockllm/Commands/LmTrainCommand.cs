namespace Microsoft.ML.BlockLlm.Tool;

/// <summary><c>blockllm lm train</c>.</summary>
internal static class LmTrainCommand
{
    private const string Description = """
        Trains a language model: goes on with a pretrained one, or begins a new one.

        DATA is a .txt file, whose lines are one running text; a table as for 'classify train', with a text column or with prompts and completions; or a .jsonl
        file of conversations. The output folder gets model.zip, settings.yaml with all settings, metrics.jsonl with a line for each update,
        and report.html to look at.

        Examples:
          blockllm lm train novel.txt --model models/llama --max-steps 500 --output runs/novel
          blockllm lm train pairs.tsv --model models/llama --prompt-column Question --completion-column Answer --output runs/pairs
          blockllm lm train novel.txt --new-model shape.json --epochs 3 --output runs/new
        """;

    public static CliCommand Create() => TrainCommand.Create<LanguageModelSettings, LanguageModelEvaluation>(Description, LanguageModelTraining.Run);
}
