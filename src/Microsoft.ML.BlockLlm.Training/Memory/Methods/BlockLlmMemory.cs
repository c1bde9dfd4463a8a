using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What <see cref="BlockLlmOptimizer"/> holds: index, gradient and two moments of the active weights, masters of those in 16 bits unless they are rounded stochastically, and of a selection its mask.</summary>
/// <param name="options">Its options; null for the defaults.</param>
public sealed class BlockLlmMemory(BlockLlmOptimizerOptions? options = null) : MethodMemory
{
    private const long StoredIndexSize = sizeof(short);
    private const long IndexSize = sizeof(int);

    private readonly BlockLlmOptimizerOptions _options = options ?? new BlockLlmOptimizerOptions();

    /// <inheritdoc/>
    public override string Name => $"BlockLLM, s = {_options.Sparsity}";

    /// <inheritdoc/>
    public override bool IsTrained(string parameter) => !_options.Freezes(parameter);

    /// <summary>Index, moments and masters of the active weights; where all weights or whole blocks are active there is none. Left out are the counts of the index, 4 bytes for up to 32,768 weights.</summary>
    /// <param name="model">The model.</param>
    public override long StateBytes(ModelMemory model)
    {
        var budget = Budget(model);
        var hasIndex = _options.MaskCoordinates && _options.Sparsity > 0;
        return (hasIndex ? StoredIndexSize * budget : 0) + MomentBytes(_options.Moments, budget) + MasterBytes(_options, model, budget)
            + AlwaysActive(model).Sum(parameter => MomentBytes(_options.Moments, parameter.Size) + MasterBytes(_options, model, parameter.Size));
    }

    /// <summary>Of one parameter at a time, index and gradient of its active weights while a selection makes them. The update itself goes by small pieces.</summary>
    /// <param name="model">The model.</param>
    public override long UpdateBytes(ModelMemory model) => (IndexSize + NumberSize) * Math.Min(Budget(model), Largest(Candidates(model)));

    /// <inheritdoc/>
    public override IReadOnlyList<GradientPass> Passes(ModelMemory model, long gradientSize)
    {
        var (budget, taken, alwaysActive) = (Budget(model), Taken(model), AlwaysActive(model).Sum(parameter => parameter.Size));
        // The mask has gradients in 32 bits: whole ones, until it keeps a part of each. The state of newly selected weights takes the place of the old.
        var mask = (CoordinateMask.BytesKept * budget) + (NumberSize * Largest(Candidates(model)));
        GradientPass selecting = new("selecting", delivered => Always(delivered) + Math.Min(NumberSize * Math.Min(delivered, taken), mask) + Signed(delivered));
        GradientPass updating = new("updating", delivered => Always(delivered) + (gradientSize * Math.Min(delivered, budget)) + Signed(delivered));
        return _options.Norms is GradientNormSource.ExactProbe ? [new("probing", _ => 0) { RunsAllAgain = true }, selecting, updating] : [selecting, updating];

        long Always(long delivered) => gradientSize * Math.Min(delivered, alwaysActive);

        // Steps by the sign need the gradients of the taken parameters whole.
        long Signed(long delivered) => _options.SignStepRate > 0 ? gradientSize * Math.Min(delivered, taken) : 0;
    }

    /// <summary>Weights of the blocks that a selection takes, at the most: the last one may go beyond what was wanted.</summary>
    private long Taken(ModelMemory model)
    {
        var blocks = BlockPartition.Of(Candidates(model).Select(parameter => (parameter.Name, parameter.Size)), _options.Granularity);
        return Math.Min(blocks.Sum(block => block.Size), (long)Math.Ceiling(_options.TakeFactor * Budget(model)) + blocks.Select(block => block.Size).DefaultIfEmpty().Max());
    }

    private long Budget(ModelMemory model) => _options.BudgetOf(Candidates(model).Sum(parameter => parameter.Size));

    private IEnumerable<ParameterSize> Candidates(ModelMemory model) => Trained(model).Except(AlwaysActive(model));

    private IEnumerable<ParameterSize> AlwaysActive(ModelMemory model) => Trained(model).Where(parameter => _options.Activates(parameter.Name));
}
