namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Options of <see cref="AdamWOptimizer"/>, and those that <see cref="BlockLlmOptimizer"/> shares with it.</summary>
public record AdamWOptimizerOptions
{
    /// <summary>Learning rate. Default: 1e-3.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Decay rate of the running mean of the gradient, in [0, 1). Default: 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay rate of the running mean of the squared gradient, in [0, 1). Default: 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the denominator of the update. Default: 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101). Default: 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>
    /// Largest Euclidean norm of all gradients of an update together; a longer gradient is scaled down to it. Default: null, no clipping.
    /// </summary>
    public double? MaxGradientNorm { get; init; }

    /// <summary>How Adam's moments are stored. Default: in 32-bit floats.</summary>
    public MomentPrecision Moments { get; init; } = MomentPrecision.Full;

    /// <summary>How weights in 16-bit floats (BFloat16) take small updates. Default: from master weights in 32-bit floats.</summary>
    public LowPrecision LowPrecision { get; init; } = LowPrecision.MasterWeights;

    /// <summary>Seed of what is drawn at random: <see cref="LowPrecision.StochasticRounding"/>, and <see cref="BlockSampling.Random"/>. Default: 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// Names of the parameters that are never trained, with <c>*</c> for any characters and <c>?</c> for one. Default: none.
    /// Parameters that do not require a gradient when the optimizer is built are frozen too.
    /// </summary>
    public IReadOnlyList<string> Frozen { get; init; } = [];

    /// <summary>Groups with hyperparameters of their own; a parameter belongs to the first that matches its name. Default: none.</summary>
    public IReadOnlyList<ParameterGroupOptions> Groups { get; init; } = [];

    /// <summary>Whether <see cref="Frozen"/> names a parameter.</summary>
    /// <param name="parameter">The parameter's name.</param>
    public bool Freezes(string parameter) => ParameterPatterns.AnyMatches(Frozen, parameter);

    /// <summary>Checks the options; an optimizer does so when it is created.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option has a value outside its range.</exception>
    /// <exception cref="ArgumentNullException">An option that must be there is null.</exception>
    public virtual void Validate()
    {
        CheckRate(LearningRate, nameof(LearningRate));
        CheckRate(WeightDecay, nameof(WeightDecay));
        CheckRate(Epsilon, nameof(Epsilon));
        Require(Beta1 is >= 0 and < 1, nameof(Beta1), Beta1, "at least 0 and below 1");
        Require(Beta2 is >= 0 and < 1, nameof(Beta2), Beta2, "at least 0 and below 1");
        Require(MaxGradientNorm is null or > 0, nameof(MaxGradientNorm), MaxGradientNorm, "positive, or null for no clipping");
        Require(Enum.IsDefined(Moments), nameof(Moments), Moments, $"one of {string.Join(", ", Enum.GetNames<MomentPrecision>())}");
        Require(Enum.IsDefined(LowPrecision), nameof(LowPrecision), LowPrecision, $"one of {string.Join(", ", Enum.GetNames<LowPrecision>())}");
        RequirePresent(Frozen, nameof(Frozen), "a list of names of parameters");
        RequirePresent(Groups, nameof(Groups), "a list of groups");
        foreach (var group in Groups)
        {
            CheckRate(group.LearningRate ?? 0, $"{nameof(Groups)}[\"{group.Pattern}\"].{nameof(group.LearningRate)}");
            CheckRate(group.WeightDecay ?? 0, $"{nameof(Groups)}[\"{group.Pattern}\"].{nameof(group.WeightDecay)}");
        }
    }

    private protected static void Require(bool holds, string option, object? value, string range)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(option, value, $"{option} must be {range}.");
    }

    private protected static void RequirePresent(object? value, string option, string what)
    {
        if (value is null)
            throw new ArgumentNullException(option, $"{option} must be {what}; leave it out for the default.");
    }

    private static void CheckRate(double value, string option) =>
        Require(double.IsFinite(value) && value >= 0, option, value, "a finite number of at least 0");
}
