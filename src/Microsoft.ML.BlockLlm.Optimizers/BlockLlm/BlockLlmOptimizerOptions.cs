namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Options of <see cref="BlockLlmOptimizer"/>.</summary>
public sealed record BlockLlmOptimizerOptions : SelectiveOptimizerOptions
{
    /// <summary>
    /// Share s of the weights that stay untouched between two selections, in [0, 1). The budget of active weights is
    /// n_s = ⌈(1 − s) · n⌉, where n counts the candidates: weights neither frozen nor always active. Default: 0.95.
    /// </summary>
    public double Sparsity { get; init; } = 0.95;

    /// <summary>When the active weights are chosen anew. Default: the published rule with a patience of 100 updates.</summary>
    public ReselectionRule Reselection { get; init; } = new ReselectionRule.LossPatience();

    /// <summary>What makes a block. Default: the parameters of one module.</summary>
    public BlockGranularity Granularity { get; init; } = BlockGranularity.Module;

    /// <summary>Where a selection has the gradient norms from. Default: an exact probe.</summary>
    public GradientNormSource Norms { get; init; } = new GradientNormSource.ExactProbe();

    /// <summary>
    /// Weight a of the past in the smoothed norm that blocks are scored by, n̄_b ← a·n̄_b + (1 − a)·‖g_b‖ at every measurement of
    /// block b, in [0, 1). It tempers the noise of mini-batches. Default: 0, the last measurement alone.
    /// </summary>
    public double NormSmoothing { get; init; }

    /// <summary>How the gradient of a block is measured. Default: its Euclidean norm.</summary>
    public BlockScore Score { get; init; } = BlockScore.GradientNorm;

    /// <summary>
    /// Whether the score is divided by the visit share f_b, so that blocks taken seldom have their turn. False goes by the gradient alone. Default: true.
    /// </summary>
    public bool UseVisitShare { get; init; } = true;

    /// <summary>How blocks are taken by their scores. Default: in falling order.</summary>
    public BlockSampling Sampling { get; init; } = BlockSampling.Greedy;

    /// <summary>
    /// Whether a mask inside the taken blocks keeps exactly as many weights as the budget. False trains whole blocks: those
    /// that fit into the budget, or the best one alone where none fits, so that a block larger than the budget is never trained while another fits: raise the budget, or choose a
    /// finer <see cref="Granularity"/>, to train it. Default: true.
    /// </summary>
    public bool MaskCoordinates { get; init; } = true;

    /// <summary>Which weights of the taken blocks the mask keeps. Default: those with the largest gradients, as published; without a mask it does not matter.</summary>
    public MaskCriterion MaskBy { get; init; } = MaskCriterion.LargestGradient;

    /// <summary>
    /// Size of the taken blocks as a multiple of the budget; the mask chooses among their weights. At least 1; without a mask it
    /// does not matter. Default: 2.
    /// </summary>
    public double TakeFactor { get; init; } = 2;

    /// <summary>
    /// Largest share of the budget that one block may fill, above 0 and at most 1. Without a mask, larger blocks are not taken, unless no
    /// block fits. Default: 1, no limit.
    /// </summary>
    public double MaxBlockShare { get; init; } = 1;

    /// <summary>
    /// Whether selections weigh their score against how deep a backward pass they need, so that the budget buys the most progress a second. The
    /// training engine then says what each depth costs. It changes nothing where the deepest parameters are always active, nor where <see cref="TakeFactor"/> takes all blocks. Default: false.
    /// </summary>
    public bool DepthAware { get; init; }

    /// <summary>
    /// Costs of your own, with which selections weigh depth whether or not <see cref="DepthAware"/> is set: what an update costs whose shallowest trained parameter is the named one, in any unit above 0: a backward pass runs from the
    /// loss down to that parameter, so the deeper in the backward pass it is reached, the more time and activation memory an update takes. Selections then weigh
    /// their score against the cost of the block that is reached last. Default: null, those of the engine if <see cref="DepthAware"/>, else none.
    /// </summary>
    public IReadOnlyDictionary<string, double>? StepCosts { get; init; }

    /// <summary>
    /// Share of the learning rate by which weights outside the mask move against the sign of their gradient, in the parameters that
    /// have active weights: their gradients are there anyway. These steps have no optimizer state and no weight decay, but the gradients are
    /// held whole until the update. They are outside the budget, which counts weights with state. Default: 0, no such steps.
    /// </summary>
    public double SignStepRate { get; init; }

    /// <summary>Whether Adam's moments are kept for weights that stay active over a selection. False resets all, as published. Default: true.</summary>
    public bool CarryMoments { get; init; } = true;

    /// <summary>
    /// Updates over which the learning rate of newly active weights rises in a line to the full one; at least 0. Bias correction makes their first steps as
    /// large as the learning rate whatever their gradients, and thousands take them at once. Weights that a further selection keeps go at the rate of those active longer, so give
    /// no more updates than lie between two selections. Default: 0, the full rate from the first update on.
    /// </summary>
    public int WarmupUpdates { get; init; }

    /// <summary>The budget of active weights: n_s = ⌈(1 − s) · n⌉, at least 1 where there are any to choose from.</summary>
    /// <param name="candidates">Number n of weights to choose from.</param>
    /// <remarks>In decimal, because (1 − 0.95) · 100 in binary exceeds 5 and would round up to 6.</remarks>
    public long BudgetOf(long candidates) => Math.Max(Math.Min(1, candidates), (long)Math.Ceiling((1 - (decimal)Sparsity) * candidates));

    /// <summary>Weights that the blocks of a selection are to count together.</summary>
    internal long TargetOf(long budget) => CeilingOf(TakeFactor, budget);

    /// <summary>Weights of one block that may be active.</summary>
    internal long BlockLimitOf(long budget) => MaxBlockShare < 1 ? CeilingOf(MaxBlockShare, budget) : long.MaxValue;

    /// <summary>What a block counts towards the target at most: its limit times the take factor, so that blocks which reach the target have room for the budget.</summary>
    internal long CountOf(long blockLimit) => blockLimit == long.MaxValue ? long.MaxValue : (long)(blockLimit * TakeFactor);

    /// <summary>In decimal where it can be, because 0.07 · 100 in binary exceeds 7 and would round up to 8.</summary>
    private static long CeilingOf(double factor, long weights) =>
        factor < 1e6 ? (long)Math.Ceiling((decimal)factor * weights) : (long)Math.Min(long.MaxValue, Math.Ceiling(factor * weights));

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Sparsity is >= 0 and < 1, nameof(Sparsity), Sparsity, "at least 0 and below 1");
        Require(TakeFactor >= 1 && double.IsFinite(TakeFactor), nameof(TakeFactor), TakeFactor, "a finite number of at least 1");
        Require(SignStepRate >= 0 && double.IsFinite(SignStepRate), nameof(SignStepRate), SignStepRate, "a finite number of at least 0");
        Require(WarmupUpdates >= 0, nameof(WarmupUpdates), WarmupUpdates, "at least 0");
        Require(MaxBlockShare is > 0 and <= 1, nameof(MaxBlockShare), MaxBlockShare, "above 0 and at most 1");
        foreach (var (parameter, cost) in StepCosts ?? new Dictionary<string, double>())
            Require(cost > 0 && double.IsFinite(cost), $"{nameof(StepCosts)}[\"{parameter}\"]", cost, "a finite number above 0");
        Require(Enum.IsDefined(Granularity), nameof(Granularity), Granularity, $"one of {string.Join(", ", Enum.GetNames<BlockGranularity>())}");
        Require(Enum.IsDefined(Score), nameof(Score), Score, $"one of {string.Join(", ", Enum.GetNames<BlockScore>())}");
        Require(Enum.IsDefined(Sampling), nameof(Sampling), Sampling, $"one of {string.Join(", ", Enum.GetNames<BlockSampling>())}");
        Require(Enum.IsDefined(MaskBy), nameof(MaskBy), MaskBy, $"one of {string.Join(", ", Enum.GetNames<MaskCriterion>())}");
        RequirePresent(Reselection, nameof(Reselection), "a rule");
        RequirePresent(Norms, nameof(Norms), "a source of norms");
        Require(NormSmoothing is >= 0 and < 1, nameof(NormSmoothing), NormSmoothing, "at least 0 and below 1");
        Reselection.Validate();
        Norms.Validate();
    }
}
