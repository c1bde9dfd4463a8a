using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>
/// What a <see cref="BlockwiseOptimizer"/> holds: gradient and two moments of the weights in the active blocks and of those that are always active, and masters of those in 16 bits unless
/// they are rounded stochastically. Blocks differ in size; counted are the largest that may be active together.
/// </summary>
/// <param name="name">The method's name.</param>
/// <param name="options">Its options.</param>
public sealed class BlockwiseMemory(string name, BlockwiseOptimizerOptions options) : MethodMemory
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override bool IsTrained(string parameter) => !options.Freezes(parameter);

    /// <inheritdoc/>
    public override long StateBytes(ModelMemory model)
    {
        var weights = AlwaysActive(model) + InBlocks(model);
        return MomentBytes(options.Moments, weights) + MasterBytes(options, model, weights);
    }

    /// <summary>Nothing: an update goes by small pieces.</summary>
    /// <param name="model">The model.</param>
    public override long UpdateBytes(ModelMemory model) => 0;

    /// <inheritdoc/>
    public override IReadOnlyList<GradientPass> Passes(ModelMemory model, long gradientSize)
    {
        var held = AlwaysActive(model) + InBlocks(model);
        return [new("updating", delivered => gradientSize * Math.Min(delivered, held))];
    }

    private long AlwaysActive(ModelMemory model) => Trained(model).Where(parameter => options.TrainsAlways(parameter.Name)).Sum(parameter => parameter.Size);

    private long InBlocks(ModelMemory model) => options.MostActive(options.BlocksOf(Trained(model).Select(parameter => (parameter.Name, parameter.Size))));
}
