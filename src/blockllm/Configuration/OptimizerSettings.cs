using System.ComponentModel;
using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>When the active weights are chosen anew: the kinds of <see cref="ReselectionRule"/>.</summary>
internal enum ReselectionKind
{
    LossPatience,
    FixedPeriod,
    LossPlateau,
}

/// <summary>Where selections have gradient norms from: the kinds of <see cref="GradientNormSource"/>.</summary>
internal enum NormsKind
{
    ExactProbe,
    SampledBlocks,
}

/// <summary>The settings of BlockLLM, most of which other methods share.</summary>
internal abstract record OptimizerSettings
{
    [Description("The learning rate at its highest, after warm-up.")]
    public double LearningRate { get; init; } = 1e-3;

    [OnlyFor(MethodName.Blockllm)]
    [Description("Share of the candidate weights that an update leaves alone, from 0 up to but not 1.")]
    public double Sparsity { get; init; } = 0.95;

    [OnlyFor(MethodName.Blockllm)]
    [Description("When the active weights are chosen anew.")]
    public ReselectionKind Reselection { get; init; }

    [OnlyFor(MethodName.Blockllm)]
    [Description("Updates that the rules loss-patience and loss-plateau look back on, and the period of fixed-period.")]
    public int Patience { get; init; } = 100;

    [OnlyFor(MethodName.Blockllm)]
    [Description("For loss-plateau: weight of the past in the smoothed loss.")]
    public double Smoothing { get; init; } = 0.98;

    [OnlyFor(MethodName.Blockllm)]
    [Description("For loss-plateau: the share of the loss that counts as progress.")]
    public double Tolerance { get; init; } = 0.01;

    [Description("Largest norm of all gradients of an update together; a longer gradient is scaled down to it.")]
    public double? MaxGradientNorm { get; init; } = 1;

    [Description("Weight decay: decoupled, or of sgd added to the gradient.")]
    public double WeightDecay { get; init; }

    [NotFor(MethodName.Sgd)]
    [Description("Decay rate of the running mean of the gradient.")]
    public double Beta1 { get; init; } = 0.9;

    [NotFor(MethodName.Sgd)]
    [Description("Decay rate of the running mean of the squared gradient.")]
    public double Beta2 { get; init; } = 0.999;

    [NotFor(MethodName.Sgd)]
    [Description("Added to the denominator of the update.")]
    public double Epsilon { get; init; } = 1e-8;

    [NotFor(MethodName.Sgd)]
    [Description("How Adam's moments are stored.")]
    public MomentPrecision Moments { get; init; }

    [Description("How weights in bfloat16 take updates smaller than their spacing.")]
    public LowPrecision LowPrecision { get; init; }

    [Description("Names of parameters that are never trained, with * for any characters and ? for one.")]
    public IReadOnlyList<string> Frozen { get; init; } = [];

    [NotFor(MethodName.Adamw, MethodName.Lora, MethodName.Sgd)]
    [Description("Names of parameters that are trained in full at every update, whatever the method does with the rest.")]
    public IReadOnlyList<string> AlwaysActive { get; init; } = [];

    [Description("Parameters with rates of their own, as '*.bias learning-rate=1e-4 weight-decay=0'; a parameter belongs to the first that fits.")]
    public IReadOnlyList<string> Groups { get; init; } = [];

    [OnlyFor(MethodName.Blockllm, MethodName.Badam, MethodName.Misa)]
    [Description("What makes a block, the unit that is scored and taken; without it, layer for badam, else module.")]
    public BlockGranularity? Granularity { get; init; }

    [OnlyFor(MethodName.Blockllm)]
    [Description("Where a selection has the gradient norms from.")]
    public NormsKind Norms { get; init; }

    [OnlyFor(MethodName.Blockllm)]
    [Description("For sampled-blocks: how many blocks an update measures.")]
    public int SampledBlocks { get; init; } = 1;

    [OnlyFor(MethodName.Blockllm, MethodName.Misa)]
    [Description("Weight of the past in the smoothed norm that blocks are scored by; without it, 0 for blockllm, and 0.8 for misa.")]
    public double? NormSmoothing { get; init; }

    [OnlyFor(MethodName.Blockllm)]
    [Description("How the gradient of a block is measured.")]
    public BlockScore Score { get; init; }

    [OnlyFor(MethodName.Blockllm)]
    [Description("Whether blocks that were taken seldom have their turn.")]
    public bool UseVisitShare { get; init; } = true;

    [OnlyFor(MethodName.Blockllm)]
    [Description("How blocks are taken by their scores.")]
    public BlockSampling Sampling { get; init; }

    [OnlyFor(MethodName.Blockllm)]
    [Description("Whether a mask keeps a part of the weights of the taken blocks, rather than whole blocks.")]
    public bool MaskCoordinates { get; init; } = true;

    [OnlyFor(MethodName.Blockllm)]
    [Description("Which weights of the taken blocks the mask keeps.")]
    public MaskCriterion MaskBy { get; init; }

    [OnlyFor(MethodName.Blockllm)]
    [Description("Size of the taken blocks as a multiple of the budget.")]
    public double TakeFactor { get; init; } = 2;

    [OnlyFor(MethodName.Blockllm)]
    [Description("Largest share of the budget that one block may fill.")]
    public double MaxBlockShare { get; init; } = 1;

    [OnlyFor(MethodName.Blockllm)]
    [Description("Whether selections weigh their score against how deep a backward pass they need.")]
    public bool DepthAware { get; init; }

    [OnlyFor(MethodName.Blockllm, MethodName.Frugal)]
    [Description("Share of the learning rate by which weights without state move against the sign of their gradient; without it, 0 for blockllm, and 1 for frugal.")]
    public double? SignStepRate { get; init; }

    [OnlyFor(MethodName.Blockllm)]
    [Description("Whether moments are kept for weights that stay active over a selection.")]
    public bool CarryMoments { get; init; } = true;

    [OnlyFor(MethodName.Blockllm)]
    [Description("Updates over which the learning rate of newly active weights rises to the full one.")]
    public int WarmupUpdates { get; init; }

    [Description("Fixes the order of the data, new weights, dropout and what a method draws: the same seed gives the same model.")]
    public int Seed { get; init; } = 1;

    /// <summary>The options of BlockLLM.</summary>
    private protected BlockLlmOptimizerOptions ToBlockLlmOptions() => Selective(new BlockLlmOptimizerOptions
    {
        Sparsity = Sparsity,
        Reselection = Reselection switch
        {
            ReselectionKind.FixedPeriod => new ReselectionRule.FixedPeriod(Patience),
            ReselectionKind.LossPlateau => new ReselectionRule.LossPlateau(Patience, Smoothing, Tolerance),
            _ => new ReselectionRule.LossPatience(Patience),
        },
        Granularity = Granularity ?? default,
        Norms = Norms == NormsKind.SampledBlocks ? new GradientNormSource.SampledBlocks(SampledBlocks) : new GradientNormSource.ExactProbe(),
        NormSmoothing = NormSmoothing ?? default,
        Score = Score,
        UseVisitShare = UseVisitShare,
        Sampling = Sampling,
        MaskCoordinates = MaskCoordinates,
        MaskBy = MaskBy,
        TakeFactor = TakeFactor,
        MaxBlockShare = MaxBlockShare,
        DepthAware = DepthAware,
        SignStepRate = SignStepRate ?? default,
        CarryMoments = CarryMoments,
        WarmupUpdates = WarmupUpdates,
    });

    /// <summary>Options with what all methods share that train some weights by AdamW and spare the others.</summary>
    private protected T Selective<T>(T options) where T : SelectiveOptimizerOptions => (T)(Shared(options) with { AlwaysActive = AlwaysActive });

    /// <summary>Options with what all methods share that step by Adam.</summary>
    private protected T Shared<T>(T options) where T : AdamWOptimizerOptions => (T)(Common(options) with { Beta1 = Beta1, Beta2 = Beta2, Epsilon = Epsilon, Moments = Moments });

    /// <summary>Options with what all methods share.</summary>
    private protected T Common<T>(T options) where T : StagewiseOptimizerOptions => (T)(options with
    {
        LearningRate = LearningRate,
        MaxGradientNorm = MaxGradientNorm,
        WeightDecay = WeightDecay,
        LowPrecision = LowPrecision,
        Seed = Seed,
        Frozen = Frozen,
        Groups = [.. Groups.Select(ParameterGroup.Parse)],
    });
}
