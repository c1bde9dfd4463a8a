using Microsoft.ML.BlockLlm.Training;
using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Trains a classifier as settings say, and writes what comes of it to a folder.</summary>
internal static class ClassifierTraining
{
    /// <summary>Trains.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="entries">The same by name, to be saved.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="resume">Whether to go on from the last checkpoint in the folder.</param>
    /// <param name="cancellationToken">Ends training within a step; the best model so far is saved.</param>
    public static TrainingResult<ClassifierEvaluation> Run(
        ClassifySettings settings, IReadOnlyList<(string Key, object? Value)> entries, RunFolder folder, bool resume, CancellationToken cancellationToken)
    {
        var display = new ProgressDisplay(cancellationToken);
        var ml = Context.Create(settings.Seed, settings.Gpu, display.WriteLine);
        var (training, validation) = ReadData(ml, settings);
        var options = OptionErrors.Checked(() => settings.ToOptions(ModelSource.Open(settings.Model, cancellationToken)));
        var keys = ml.Transforms.Conversion.MapValueToKey(nameof(TextRow.Label)).Fit(training);
        var plan = Plan(options, ((KeyDataViewType)keys.GetOutputSchema(training.Schema)[nameof(TextRow.Label)].Type).Count, validation is not null);
        var run = new TrainingRun<ClassifySettings>(PlanTask.Classify, settings, entries, folder);
        var checkpoints = run.Begin(resume);
        using var metrics = new RunMetrics(folder, resume);
        using var classifier = display.Show(plan.Weights / settings.WeightSize, progress => ml.TextClassification.Trainers.BlockLlm(options with
        {
            ValidationSet = validation is null ? null : keys.Transform(validation),
            Progress = new ProgressFanOut(metrics, progress),
            Checkpoints = checkpoints,
            CancellationToken = cancellationToken,
        }).Fit(keys.Transform(training)));

        var values = ml.Transforms.Conversion.MapKeyToValue(options.PredictedLabelColumnName).Fit(classifier.Transform(keys.Transform(training)));
        var model = new TransformerChain<ITransformer>(keys, classifier, values);
        run.SaveModel(file => ml.Model.Save(model, training.Schema, file));
        var evaluation = FinalEvaluation.Of(validation, classifier.TrainingSummary, data => ClassifierEvaluation.Of(ml, model, classifier, data), cancellationToken);
        if (settings.Export)
        {
            classifier.SaveAsHuggingFace(folder.Export);
            var card = run.CardOf(options.Model.Config.ModelType, classifier.TrainingSummary, evaluation?.Figures);
            (card with { Rows = training.GetColumn<string>(nameof(TextRow.Label)).LongCount(), Classes = classifier.Labels }).Write(folder.Export);
        }

        return run.End(classifier.TrainingSummary, plan, evaluation);
    }

    private static (IDataView Training, IDataView? Validation) ReadData(MLContext ml, ClassifySettings settings)
    {
        var all = Load(settings.Data ?? throw new UsageException("No data is named to train on. Name a file: blockllm classify train DATA."));
        if (settings.Validation is { } validation)
            return (all, Load(validation));
        if (settings.ValidationFraction is not (>= 0 and < 1))
            throw new UsageException("validation-fraction must be at least 0 and below 1.");
        if (settings.ValidationFraction == 0)
            return (all, null);
        var split = ml.Data.TrainTestSplit(all, settings.ValidationFraction, seed: settings.Seed);
        return (split.TrainSet, split.TestSet);

        IDataView Load(string path) => LabelledData.Load(ml, TextTable.Open(path), settings.LabelColumn, settings.TextColumn, settings.SecondTextColumn);
    }

    /// <summary>What memory the training is to take, with every text as long as may be.</summary>
    private static MemoryPlan Plan(BlockLlmTextClassificationOptions options, ulong classes, bool keepsBest)
    {
        var model = ModelMemory.OfClassifier(options.Model.Config, Math.Max(2, (int)classes), options.WeightType);
        var roles = TrainerDefaults.OfClassifier(model, options.FreezeEmbeddings);
        var rows = options.BatchSize * (options.SecondTextColumnName is null ? 1 : options.Model.CreateBatchEncoder().RowsPerPair);
        var batch = new BatchShape(rows, options.MaxTokens ?? TrainerDefaults.LengthOf(PlanTask.Classify, options.Model.Config));
        return MemoryPlan.For(model, options.Method.Memory(roles), batch, options.Training.Recompute, keepsBest && options.Training.RestoreBest, options.Training.GradientAccumulation > 1);
    }
}
