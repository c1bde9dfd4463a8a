using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What <see cref="AdamWOptimizer"/> holds: a gradient and two moments of every trained weight, and a master of one in 16 bits unless it is rounded stochastically.</summary>
/// <param name="options">Its options; null for the defaults.</param>
public sealed class AdamWMemory(AdamWOptimizerOptions? options = null) : MethodMemory
{
    private readonly AdamWOptimizerOptions _options = options ?? new AdamWOptimizerOptions();

    /// <inheritdoc/>
    public override string Name => "AdamW";

    /// <inheritdoc/>
    public override bool IsTrained(string parameter) => !_options.Freezes(parameter);

    /// <inheritdoc/>
    public override long StateBytes(ModelMemory model) => Trained(model).Sum(parameter => MomentBytes(_options.Moments, parameter.Size) + MasterBytes(_options, model, parameter.Size));

    /// <summary>Nothing: an update goes by small pieces.</summary>
    /// <param name="model">The model.</param>
    public override long UpdateBytes(ModelMemory model) => 0;

    /// <inheritdoc/>
    public override IReadOnlyList<GradientPass> Passes(ModelMemory model, long gradientSize) => [new("updating", delivered => gradientSize * delivered)];
}
