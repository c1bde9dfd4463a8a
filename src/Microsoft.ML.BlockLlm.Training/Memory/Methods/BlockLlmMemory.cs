using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What <see cref="BlockLlmOptimizer"/> holds: index, gradient and two moments of the active weights, masters of those in 16 bits unless they are rounded stochastically, and of a selection its mask.</summary>
/// <param name="options">Its options; null for the defaults.</param>
public sealed class BlockLlmMemory(BlockLlmOptimizerOptions? options = null) : MethodMemory
{
    private const long StoredIndexSize = sizeof(short);
    private const long IndexSize = sizeof(int);

    /// <summary>Bytes of both moments of a weight decoded from 8-bit codes, of both that are carried, and of what decodes and encodes them.</summary>
    private const long DecodedBytes = 6 * NumberSize;

    /// <summary>Numbers for each weight that is rounded from 32 bits: itself, a random one, its parts and the two that it lies between.</summary>
    private const long RoundedNumbers = 8;

    private readonly BlockLlmOptimizerOptions _options = options ?? new BlockLlmOptimizerOptions();

    /// <inheritdoc/>
    public override string Name => $"BlockLLM, s = {_options.Sparsity}";

    /// <inheritdoc/>
    public override bool IsTrained(string parameter) => !_options.Freezes(parameter);

    /// <summary>Index, moments and masters of the active weights; where all weights or whole blocks are active there is no index. Left out are its counts, 4 bytes for up to 32,768 weights.</summary>
    /// <param name="model">The model.</param>
    public override long StateBytes(ModelMemory model)
    {
        var active = Active(model);
        var hasIndex = _options.MaskCoordinates && _options.Sparsity > 0;
        return (hasIndex ? StoredIndexSize * active : 0) + MomentBytes(_options.Moments, active) + MasterBytes(_options, model, active)
            + AlwaysActive(model).Sum(parameter => MomentBytes(_options.Moments, parameter.Size) + MasterBytes(_options, model, parameter.Size));
    }

    /// <summary>
    /// Of one parameter at a time, index and gradient of its active weights while a selection makes them, or as much for the moments that it carries, which 8-bit codes are decoded for; and where there are
    /// steps by the sign, the sign of its whole gradient with the positions that these leave alone, in 16 bits also what rounds all of its weights. The update itself goes by small pieces.
    /// </summary>
    /// <param name="model">The model.</param>
    public override long UpdateBytes(ModelMemory model)
    {
        var largest = Largest(Candidates(model));
        var active = Math.Min(Active(model), largest);
        var carried = _options is { CarryMoments: true, Moments: MomentPrecision.EightBit } ? DecodedBytes * active : (IndexSize + NumberSize) * active;
        return _options.SignStepRate == 0 ? carried : Math.Max(carried, (2 * sizeof(long) * active) + (NumberSize * largest * (model.WeightSize < NumberSize ? RoundedNumbers : 1)));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<GradientPass> Passes(ModelMemory model, long gradientSize)
    {
        var (active, taken, mask, alwaysActive) = (Active(model), Taken(model), MaskBytes(model), AlwaysActive(model).Sum(parameter => parameter.Size));
        var summed = Always(long.MaxValue) + ((IndexSize + NumberSize) * active) + Signed(long.MaxValue);
        GradientPass selecting = new("selecting", delivered => Always(delivered) + Math.Min(NumberSize * Math.Min(delivered, taken), mask) + Signed(delivered)) { SummedBytes = summed };
        GradientPass updating = new("updating", delivered => Always(delivered) + (gradientSize * Math.Min(delivered, active)) + Signed(delivered));
        return _options.Norms is GradientNormSource.ExactProbe ? [new("probing", _ => 0) { RunsAllAgain = true }, selecting, updating] : [selecting, updating];

        long Always(long delivered) => gradientSize * Math.Min(delivered, alwaysActive);

        // Steps by the sign need the gradients of the taken parameters whole.
        long Signed(long delivered) => _options.SignStepRate > 0 ? gradientSize * Math.Min(delivered, taken) : 0;
    }

    /// <summary>
    /// Gradients that a selection holds at the most, in 32 bits: whole ones, until the mask keeps a part of each, and of a block that is larger than its limit another. The state of newly selected
    /// weights takes the place of the old. Without a mask there is no bound but the blocks.
    /// </summary>
    private long MaskBytes(ModelMemory model) => !_options.MaskCoordinates ? long.MaxValue
        : (CoordinateMask.BytesKept * (Budget(model) + (_options.MaxBlockShare < 1 ? BlockLimit(model) : 0))) + (NumberSize * Largest(Candidates(model)));

    /// <summary>Weights of the blocks that a selection takes, at the most: with a mask, the largest before it has as many as were wanted, and one that goes beyond. Of large blocks a limit counts a part alone.</summary>
    private long Taken(ModelMemory model)
    {
        if (!_options.MaskCoordinates)
            return Active(model);
        var (blocks, wanted, counted) = (Blocks(model), _options.TargetOf(Budget(model)), _options.CountOf(BlockLimit(model)));
        var taken = 0.0;
        foreach (var block in blocks.Where(block => block.Size > 0).OrderByDescending(block => block.Size).TakeWhile(_ => wanted > 0))
        {
            var part = Math.Min(block.Size, counted);
            taken += block.Size * ((double)Math.Min(part, wanted) / part);
            wanted -= part;
        }

        return Math.Min(blocks.Sum(block => block.Size), (long)Math.Ceiling(taken) + LargestBlock(model));
    }

    /// <summary>Weights that are active at the most: the budget, or of whole blocks, none of which fits into it, the largest.</summary>
    private long Active(ModelMemory model) => _options.MaskCoordinates || Blocks(model).Any(block => block.Size <= Math.Min(Budget(model), BlockLimit(model))) ? Budget(model) : LargestBlock(model);

    /// <summary>Weights of one block that may be active.</summary>
    private long BlockLimit(ModelMemory model) => _options.BlockLimitOf(Budget(model));

    private long LargestBlock(ModelMemory model) => Blocks(model).Select(block => block.Size).DefaultIfEmpty().Max();

    private IReadOnlyList<Block> Blocks(ModelMemory model) => BlockPartition.Of(Candidates(model).Select(parameter => (parameter.Name, parameter.Size)), _options.Granularity);

    private long Budget(ModelMemory model) => _options.BudgetOf(Candidates(model).Sum(parameter => parameter.Size));

    private IEnumerable<ParameterSize> Candidates(ModelMemory model) => Trained(model).Except(AlwaysActive(model));

    private IEnumerable<ParameterSize> AlwaysActive(ModelMemory model) => Trained(model).Where(parameter => _options.Activates(parameter.Name));
}
