using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>What a sweep varies of a trainer's options; null where it leaves the option alone.</summary>
internal sealed record TrainerValues
{
    public string? Method { get; init; }

    public double? LearningRate { get; init; }

    public double? Sparsity { get; init; }

    public int? Patience { get; init; }

    public int? Epochs { get; init; }

    public int? BatchSize { get; init; }

    /// <summary>Reads the values of a sampled search space.</summary>
    public static TrainerValues Of(SearchSpace.Parameter parameter) => new()
    {
        Method = parameter.TryGetValue(nameof(Method), out var method) ? method.AsType<string>() : null,
        LearningRate = Value<double>(parameter, nameof(LearningRate)),
        Sparsity = Value<double>(parameter, nameof(Sparsity)),
        Patience = Value<int>(parameter, nameof(Patience)),
        Epochs = Value<int>(parameter, nameof(Epochs)),
        BatchSize = Value<int>(parameter, nameof(BatchSize)),
    };

    /// <exception cref="ArgumentException">The method is none for this model.</exception>
    public BlockLlmTextClassificationOptions ApplyTo(BlockLlmTextClassificationOptions options)
    {
        var method = new MethodChoice { Method = ApplyTo(options.Method) };
        method.CheckAdapters(options.Model.HasPretrainedWeights, options.FreezeEmbeddings);
        return options with { MethodChoice = method, Epochs = Epochs ?? options.Epochs, BatchSize = BatchSize ?? options.BatchSize };
    }

    /// <exception cref="ArgumentException">The method is none for this model.</exception>
    public BlockLlmLanguageModelOptions ApplyTo(BlockLlmLanguageModelOptions options)
    {
        var method = new MethodChoice { Method = ApplyTo(options.Method) };
        method.CheckAdapters(options.Model is { HasPretrainedWeights: true }, options.FreezeEmbeddings);
        return options with { MethodChoice = method, Epochs = Epochs ?? options.Epochs, BatchSize = BatchSize ?? options.BatchSize };
    }

    /// <summary>The method of the options, or the swept one with its defaults. Sparsity and patience are BlockLLM's, and mean nothing to another.</summary>
    private TrainingMethod ApplyTo(TrainingMethod own)
    {
        var method = Method is null || string.Equals(Method, own.Name, StringComparison.OrdinalIgnoreCase) ? own : TrainingMethod.Named(Method);
        method = method with { LearningRate = LearningRate ?? method.LearningRate };
        return method is BlockLlmMethod { Options: var options }
            ? TrainingMethod.BlockLlm(options with
            {
                Sparsity = Sparsity ?? options.Sparsity,
                Reselection = Patience is { } patience ? new ReselectionRule.LossPatience(patience) : options.Reselection,
            })
            : method;
    }

    private static T? Value<T>(SearchSpace.Parameter parameter, string name) where T : struct =>
        parameter.TryGetValue(name, out var value) ? value.AsType<T>() : null;
}
