namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Options that every optimizer of this library has.</summary>
public abstract record StagewiseOptimizerOptions
{
    /// <summary>Learning rate. Default: 1e-3.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Weight decay; each optimizer says how it enters. Default: 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>
    /// Largest Euclidean norm of all gradients of an update together; a longer gradient is scaled down to it. Default: null, no clipping.
    /// </summary>
    public double? MaxGradientNorm { get; init; }

    /// <summary>How weights in 16-bit floats (BFloat16) take small updates. Default: from master weights in 32-bit floats.</summary>
    public LowPrecision LowPrecision { get; init; } = LowPrecision.MasterWeights;

    /// <summary>
    /// Seed of what is drawn at random: <see cref="LowPrecision.StochasticRounding"/>, and what a method chooses by chance. Default: null, the seed of the trainer that makes the optimizer, and 1 for an
    /// optimizer that none makes.
    /// </summary>
    public int? Seed { get; init; }

    /// <summary>
    /// Names of the parameters that are never trained, with <c>*</c> for any characters and <c>?</c> for one. Default: none.
    /// Parameters that do not require a gradient when the optimizer is built are frozen too.
    /// </summary>
    public IReadOnlyList<string> Frozen { get; init; } = [];

    /// <summary>Groups with hyperparameters of their own; a parameter belongs to the first that matches its name. Default: none.</summary>
    public IReadOnlyList<ParameterGroupOptions> Groups { get; init; } = [];

    /// <summary>What is drawn with.</summary>
    internal int SeedOrDefault => Seed ?? 1;

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
        Require(MaxGradientNorm is null or > 0, nameof(MaxGradientNorm), MaxGradientNorm, "positive, or null for no clipping");
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

    private protected static void CheckRate(double value, string option) =>
        Require(double.IsFinite(value) && value >= 0, option, value, "a finite number of at least 0");
}
