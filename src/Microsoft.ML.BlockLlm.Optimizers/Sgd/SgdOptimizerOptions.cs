namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Options of <see cref="SgdOptimizer"/>. Weight decay is added to the gradient: L2 regularisation, as in PyTorch's SGD.</summary>
public sealed record SgdOptimizerOptions : StagewiseOptimizerOptions
{
    /// <summary>Momentum μ, in [0, 1); 0 keeps no state. Default: 0.</summary>
    public double Momentum { get; init; }

    /// <summary>Whether momentum looks ahead (Nesterov); it then has to be above 0. Default: false.</summary>
    public bool Nesterov { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Momentum is >= 0 and < 1, nameof(Momentum), Momentum, "at least 0 and below 1");
        Require(!Nesterov || Momentum > 0, nameof(Nesterov), Nesterov, $"false where {nameof(Momentum)} is 0");
    }
}
