using System.ComponentModel;
using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>The methods of <see cref="TrainingMethod"/>, as settings name them.</summary>
internal enum MethodName
{
    Blockllm,
    Adamw,
    Badam,
    Lisa,
    Misa,
}

/// <summary>The settings of the method: which one, and what the others have beside BlockLLM's.</summary>
internal abstract record MethodSettings : OptimizerSettings
{
    private static readonly BAdamOptimizerOptions s_badam = new();
    private static readonly LisaOptimizerOptions s_lisa = new();
    private static readonly MisaOptimizerOptions s_misa = new();

    [Description("How the weights are trained.")]
    public MethodName Method { get; init; }

    [OnlyFor(MethodName.Badam, MethodName.Lisa, MethodName.Misa)]
    [Description("Updates between two choices of what is trained; without it, 100 for badam, 20 for lisa, and 50 for misa.")]
    public int? Period { get; init; }

    [OnlyFor(MethodName.Badam)]
    [Description("The order in which blocks are trained.")]
    public BlockOrder Order { get; init; } = s_badam.Order;

    [OnlyFor(MethodName.Lisa)]
    [Description("How many layers are trained at a time.")]
    public int ActiveLayers { get; init; } = s_lisa.ActiveLayers;

    [OnlyFor(MethodName.Misa)]
    [Description("Share of the weights that may be trained at a time, above 0 and at most 1.")]
    public double ActiveShare { get; init; } = s_misa.ActiveShare;

    [OnlyFor(MethodName.Misa)]
    [Description("How much more often modules with large gradients are drawn; 0 draws all alike.")]
    public double ImportanceFactor { get; init; } = s_misa.ImportanceFactor;

    /// <summary>The method with its options.</summary>
    /// <exception cref="UsageException">A setting of another method is given.</exception>
    public TrainingMethod ToMethod()
    {
        OnlyForAttribute.Check(this, Method);
        return Method switch
        {
            MethodName.Adamw => TrainingMethod.AdamW(Shared(new AdamWOptimizerOptions())),
            MethodName.Badam => TrainingMethod.BAdam(Selective(s_badam) with { Period = Period ?? s_badam.Period, Order = Order, Granularity = Granularity ?? s_badam.Granularity }),
            MethodName.Lisa => TrainingMethod.Lisa(Selective(s_lisa) with { Period = Period ?? s_lisa.Period, ActiveLayers = ActiveLayers }),
            MethodName.Misa => TrainingMethod.Misa(Selective(s_misa) with
            {
                Period = Period ?? s_misa.Period,
                ActiveShare = ActiveShare,
                ImportanceFactor = ImportanceFactor,
                NormSmoothing = NormSmoothing ?? s_misa.NormSmoothing,
                Granularity = Granularity ?? s_misa.Granularity,
            }),
            _ => TrainingMethod.BlockLlm(ToBlockLlmOptions()),
        };
    }
}
