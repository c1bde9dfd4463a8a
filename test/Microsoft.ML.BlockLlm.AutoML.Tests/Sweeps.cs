using Microsoft.ML.AutoML;
using Microsoft.ML.BlockLlm.Tests;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.BlockLlm.AutoML.Tests;

/// <summary>Pipelines, data and experiments that many tests use.</summary>
internal static class Sweeps
{
    public static BlockLlmTextClassificationOptions Options => new() { Model = TinyModel.Open(), Epochs = 1, BatchSize = 16, LearningRate = 0.01, Seed = 1 };

    /// <summary>A search space in which every trial is short.</summary>
    public static SearchSpace.SearchSpace Short => new() { ["Epochs"] = new ChoiceOption(1, 2), ["BatchSize"] = new ChoiceOption(16, 32) };

    public static IDataView Messages(MLContext ml, int count = 48) => ml.Data.LoadFromEnumerable(Message.Make(count));

    public static SweepablePipeline Pipeline(MLContext ml, BlockLlmTextClassificationOptions? options = null, SearchSpace.SearchSpace? searchSpace = null) =>
        ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Auto().BlockLlmTextClassification(options ?? Options, searchSpace ?? Short))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

    /// <summary>An experiment on messages, compared by accuracy.</summary>
    public static AutoMLExperiment Experiment(MLContext ml, SweepablePipeline pipeline) => ml.Auto().CreateExperiment()
        .SetDataset(Messages(ml), Messages(ml, 30))
        .SetMulticlassClassificationMetric(MulticlassClassificationMetric.MicroAccuracy, labelColumn: "Label")
        .SetBlockLlmPipeline(pipeline);

    /// <summary>Sets a tuner by a short name: any of AutoML's, or successive halving.</summary>
    public static AutoMLExperiment SetTuner(this AutoMLExperiment experiment, string name) => name switch
    {
        "eci" => experiment.SetEciCostFrugalTuner(),
        "cost-frugal" => experiment.SetCostFrugalTuner(),
        "random" => experiment.SetRandomSearchTuner(seed: 5),
        "grid" => experiment.SetGridSearchTuner(step: 2),
        "halving" => experiment.SetSuccessiveHalvingTuner($"{TinyModel.Directory}-{Guid.NewGuid():N}", reductionFactor: 2, rungs: 2),
        _ => throw new ArgumentException($"There is no tuner '{name}'.", nameof(name)),
    };

    public static void DisposeModel(this TrialResult result) => (result.Model as IDisposable)?.Dispose();
}
