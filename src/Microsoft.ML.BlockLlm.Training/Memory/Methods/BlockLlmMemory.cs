using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What <see cref="BlockLlmOptimizer"/> holds: index, gradient and two moments of the active weights, and of a selection its mask.</summary>
/// <param name="options">Its options; null for the defaults.</param>
public sealed class BlockLlmMemory(BlockLlmOptimizerOptions? options = null) : MethodMemory
{
    private const long StoredIndexSize = sizeof(short);
    private const long IndexSize = sizeof(int);
    private const long WideIndexSize = sizeof(long);

    private readonly BlockLlmOptimizerOptions _options = options ?? new BlockLlmOptimizerOptions();

    /// <inheritdoc/>
    public override string Name => $"BlockLLM, s = {_options.Sparsity}";

    /// <inheritdoc/>
    public override bool IsTrained(string parameter) => !Matches(_options.Frozen, parameter);

    /// <summary>Index and moments of the active weights. Left out are the counts of the index, 4 bytes for up to 32,768 weights.</summary>
    /// <param name="model">The model.</param>
    public override long StateBytes(ModelMemory model) => (SliceSize * Budget(model)) + (2 * NumberSize * AlwaysActive(model).Sum(parameter => parameter.Size));

    /// <summary>Of one parameter at a time: the active weights with 64-bit positions, their denominator, or all weights of one that is always active.</summary>
    /// <param name="model">The model.</param>
    public override long UpdateBytes(ModelMemory model)
    {
        var active = Math.Min(Budget(model), Largest(Candidates(model)));
        return Math.Max((WideIndexSize + (2 * NumberSize)) * active, NumberSize * Largest(AlwaysActive(model)));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<GradientPass> Passes(ModelMemory model)
    {
        var budget = Budget(model);
        var taken = (long)Math.Ceiling(_options.TakeFactor * budget);
        var alwaysActive = AlwaysActive(model).Sum(parameter => parameter.Size);
        return
        [
            new("probing", _ => 0),
            new("selecting", delivered => NumberSize * Math.Min(delivered, alwaysActive) + Math.Min(NumberSize * Math.Min(delivered, taken), SelectionSize * budget)),
            new("updating", delivered => NumberSize * Math.Min(delivered, alwaysActive + budget)),
        ];
    }

    private static long SliceSize => StoredIndexSize + (2 * NumberSize);

    /// <summary>Of a newly selected weight: index and gradient, and the moments it brings along while the old ones are kept until the update succeeds.</summary>
    private static long SelectionSize => IndexSize + (3 * NumberSize);

    private long Budget(ModelMemory model) =>
        (long)Math.Ceiling((1 - (decimal)_options.Sparsity) * Candidates(model).Sum(parameter => parameter.Size));

    private IEnumerable<ParameterSize> Candidates(ModelMemory model) => Trained(model).Except(AlwaysActive(model));

    private IEnumerable<ParameterSize> AlwaysActive(ModelMemory model) => Trained(model).Where(parameter => Matches(_options.AlwaysActive, parameter.Name));
}
