using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What <see cref="SgdOptimizer"/> holds: a gradient of every trained weight, with momentum 4 bytes more, and a master of one in 16 bits unless it is rounded stochastically.</summary>
/// <param name="options">Its options; null for the defaults.</param>
public sealed class SgdMemory(SgdOptimizerOptions? options = null) : MethodMemory
{
    private readonly SgdOptimizerOptions _options = options ?? new SgdOptimizerOptions();

    /// <inheritdoc/>
    public override string Name => "SGD";

    /// <inheritdoc/>
    public override bool IsTrained(string parameter) => !_options.Freezes(parameter);

    /// <inheritdoc/>
    public override long StateBytes(ModelMemory model)
    {
        var weights = Trained(model).Sum(parameter => parameter.Size);
        return (_options.Momentum > 0 ? NumberSize * weights : 0) + MasterBytes(_options, model, weights);
    }

    /// <summary>Nothing: an update goes by small pieces.</summary>
    /// <param name="model">The model.</param>
    public override long UpdateBytes(ModelMemory model) => 0;

    /// <inheritdoc/>
    public override IReadOnlyList<GradientPass> Passes(ModelMemory model, long gradientSize) => [new("updating", delivered => gradientSize * delivered)];
}
