namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Options of <see cref="AdamWOptimizer"/>, and those that every method shares with it that steps by Adam. Weight decay is decoupled (Loshchilov and Hutter, arXiv 1711.05101).</summary>
public record AdamWOptimizerOptions : StagewiseOptimizerOptions
{
    /// <summary>Decay rate of the running mean of the gradient, in [0, 1). Default: 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay rate of the running mean of the squared gradient, in [0, 1). Default: 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the denominator of the update. Default: 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>How Adam's moments are stored. Default: in 32-bit floats.</summary>
    public MomentPrecision Moments { get; init; } = MomentPrecision.Full;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        CheckRate(Epsilon, nameof(Epsilon));
        Require(Beta1 is >= 0 and < 1, nameof(Beta1), Beta1, "at least 0 and below 1");
        Require(Beta2 is >= 0 and < 1, nameof(Beta2), Beta2, "at least 0 and below 1");
        Require(Enum.IsDefined(Moments), nameof(Moments), Moments, $"one of {string.Join(", ", Enum.GetNames<MomentPrecision>())}");
    }
}
