using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>What a sweep varies of a trainer's options; null where it leaves the option alone.</summary>
internal sealed record TrainerValues
{
    public double? LearningRate { get; init; }

    public double? Sparsity { get; init; }

    public int? Patience { get; init; }

    public int? Epochs { get; init; }

    public int? BatchSize { get; init; }

    /// <summary>Reads the values of a sampled search space.</summary>
    public static TrainerValues Of(SearchSpace.Parameter parameter) => new()
    {
        LearningRate = Value<double>(parameter, nameof(LearningRate)),
        Sparsity = Value<double>(parameter, nameof(Sparsity)),
        Patience = Value<int>(parameter, nameof(Patience)),
        Epochs = Value<int>(parameter, nameof(Epochs)),
        BatchSize = Value<int>(parameter, nameof(BatchSize)),
    };

    public BlockLlmTextClassificationOptions ApplyTo(BlockLlmTextClassificationOptions options) => options with
    {
        LearningRate = LearningRate ?? options.LearningRate,
        Sparsity = Sparsity ?? options.Sparsity,
        Epochs = Epochs ?? options.Epochs,
        BatchSize = BatchSize ?? options.BatchSize,
        Optimizer = ApplyTo(options.Optimizer),
    };

    public BlockLlmLanguageModelOptions ApplyTo(BlockLlmLanguageModelOptions options) => options with
    {
        LearningRate = LearningRate ?? options.LearningRate,
        Sparsity = Sparsity ?? options.Sparsity,
        Epochs = Epochs ?? options.Epochs,
        BatchSize = BatchSize ?? options.BatchSize,
        Optimizer = ApplyTo(options.Optimizer),
    };

    private BlockLlmOptimizerOptions ApplyTo(BlockLlmOptimizerOptions options) =>
        Patience is { } patience ? options with { Reselection = new ReselectionRule.LossPatience(patience) } : options;

    private static T? Value<T>(SearchSpace.Parameter parameter, string name) where T : struct =>
        parameter.TryGetValue(name, out var value) ? value.AsType<T>() : null;
}
