using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Trains a language model as settings say, and writes what comes of it to a folder.</summary>
internal static class LanguageModelTraining
{
    /// <summary>Trains.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="entries">The same by name, to be saved.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="resume">Whether to go on from the last checkpoint in the folder.</param>
    /// <param name="cancellationToken">Ends training within a step; the best model so far is saved.</param>
    public static TrainingResult<LanguageModelEvaluation> Run(
        LanguageModelSettings settings, IReadOnlyList<(string Key, object? Value)> entries, RunFolder folder, bool resume, CancellationToken cancellationToken)
    {
        var display = new ProgressDisplay(cancellationToken);
        var ml = Context.Create(settings.Seed, settings.Gpu, display.WriteLine);
        var training = settings.Columns.Load(ml);
        var validation = settings.Validation is { } path ? (settings.Columns with { Path = path }).Load(ml) : null;
        var options = OptionErrors.Checked(() => settings.ToOptions(cancellationToken));
        long? weights = options.Model is { } model ? Plan(options, model.Config, validation is not null).Weights / settings.WeightSize : null;
        var run = new TrainingRun<LanguageModelSettings>(PlanTask.Lm, settings, entries, folder);
        var checkpoints = run.Begin(resume);
        using var metrics = new RunMetrics(folder, resume, perplexity: true);
        using var trained = display.Show(weights, progress => ml.LanguageModeling.Trainers.BlockLlm(options with
        {
            ValidationSet = validation,
            Progress = new ProgressFanOut(metrics, progress),
            Checkpoints = checkpoints,
            CancellationToken = cancellationToken,
        }).Fit(training));

        // How many ids the tokenizer of a new model has is known only now.
        var plan = Plan(options, trained.Config, validation is not null);
        run.SaveModel(file => ml.Model.Save(trained, training.Schema, file));
        var evaluation = FinalEvaluation.Of(validation, trained.TrainingSummary, data => LanguageModelEvaluation.Of(ml, trained, data), cancellationToken);
        if (settings.Export)
        {
            trained.SaveAsHuggingFace(folder.Export);
            run.CardOf(trained.Config.ModelType, trained.TrainingSummary, evaluation?.Figures).Write(folder.Export);
        }

        return run.End(trained.TrainingSummary, plan, evaluation);
    }

    /// <summary>What memory the training is to take.</summary>
    private static MemoryPlan Plan(BlockLlmLanguageModelOptions options, ModelConfig config, bool keepsBest)
    {
        var model = ModelMemory.OfLanguageModel(config, options.WeightType);
        var roles = TrainerDefaults.OfLanguageModel(model, options.Model is { HasPretrainedWeights: true }, options.FreezeEmbeddings);
        var batch = new BatchShape(options.BatchSize, options.SequenceLength ?? TrainerDefaults.LengthOf(PlanTask.Lm, config));
        return MemoryPlan.For(model, options.Method.Memory(roles), batch, options.Training.Recompute, keepsBest && options.Training.RestoreBest, options.Training.GradientAccumulation > 1);
    }
}
