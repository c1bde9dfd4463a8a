using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.BlockLlm;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Setup;
using Microsoft.ML.BlockLlm.Training;
using Microsoft.ML.Runtime;

/// <summary>Trains one model, and writes it and its loss curve.</summary>
internal static class Pretraining
{
    private const int ValidationLines = 500;

    public static void Run(double sparsity, Arguments arguments)
    {
        var ml = new MLContext(seed: 1);
        ml.Log += (_, e) =>
        {
            if (e.Kind != ChannelMessageKind.Trace && e.Source.StartsWith("BlockLlm", StringComparison.Ordinal))
                Console.WriteLine("  " + e.RawMessage);
        };
        var corpus = ml.Data.LoadFromTextLines(CacheFolder.Brown);
        var (training, validation) = (ml.Data.SkipRows(corpus, ValidationLines), ml.Data.TakeRows(corpus, ValidationLines));
        if (arguments.Lines is int lines)
            (training, validation) = (ml.Data.TakeRows(training, lines), ml.Data.TakeRows(validation, lines / 10));

        using var model = ml.LanguageModeling.Trainers.BlockLlm(new BlockLlmLanguageModelOptions
        {
            NewModel = new LlamaConfig
            {
                VocabularySize = 1024,
                HiddenSize = 128,
                LayerCount = 4,
                HeadCount = 4,
                IntermediateSize = 352,
                MaxTokens = 128,
                TieWordEmbeddings = true,
            },
            RowsAreLines = true,
            MaxSteps = arguments.Steps,
            Sparsity = sparsity,
            // The better of 0.001 and 0.003 for full Adam. BlockLLM moves a tenth of the weights ten times as far.
            LearningRate = sparsity == 0 ? 1e-3 : 1e-2,
            // What does well from new weights: docs/algorithm.md, "What was measured".
            Optimizer = new BlockLlmOptimizerOptions
            {
                Beta2 = 0.99,
                MaxGradientNorm = 1,
                MaskBy = MaskCriterion.Random,
                TakeFactor = 10,
                Reselection = new ReselectionRule.FixedPeriod(400),
            },
            Training = new TrainingOptions { EvaluationInterval = Math.Max(1, arguments.Steps / 8) },
            ValidationSet = validation,
        }).Fit(training);

        var folder = FolderOf(sparsity, arguments);
        model.SaveAsHuggingFace(folder);
        File.WriteAllText(CurveOf(folder), JsonSerializer.Serialize(Curve.Of(model.TrainingSummary)));
        Console.WriteLine($"  Saved to {folder}.");
    }

    /// <summary>Where a run with this sparsity writes its model: BlockLLM's into the folder itself.</summary>
    public static string FolderOf(double sparsity, Arguments arguments) => sparsity == 0 ? arguments.Folder + "-adam" : arguments.Folder;

    /// <summary>The file with the loss curve of a run.</summary>
    public static string CurveOf(string folder) => Path.Combine(folder, "curve.json");
}
