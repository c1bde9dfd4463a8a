using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What <see cref="FrugalOptimizer"/> holds: all gradients whole, moments of a share of the matrices' weights, with an index where that is columns, and those of AdamW for the rest.</summary>
/// <param name="options">Its options; null for the defaults.</param>
public sealed class FrugalMemory(FrugalOptimizerOptions? options = null) : MethodMemory
{
    private const long StoredIndexSize = sizeof(short);
    private const long WideIndexSize = sizeof(long);

    private readonly FrugalOptimizerOptions _options = options ?? new FrugalOptimizerOptions();

    /// <inheritdoc/>
    public override string Name => "FRUGAL";

    /// <inheritdoc/>
    public override bool IsTrained(string parameter) => !_options.Freezes(parameter);

    /// <summary>At the most: which matrices have state changes, and with it how well they fill their share. Left out are the counts of an index, 4 bytes for up to 32,768 weights.</summary>
    /// <param name="model">The model.</param>
    public override long StateBytes(ModelMemory model)
    {
        var (full, divided) = (Trained(model).Where(parameter => !IsDivided(parameter)), _options.MostWithState(Matrices(model)));
        return (_options.Subspace == FrugalSubspace.Columns ? StoredIndexSize * divided : 0)
            + Bytes(divided) + full.Sum(parameter => Bytes(parameter.Size));

        long Bytes(long weights) => MomentBytes(_options.Moments, weights) + MasterBytes(_options, model, weights);
    }

    /// <summary>Of the columns of one matrix at a time, 64-bit positions and those they are made from, weights that sign steps leave alone, and a gradient. Steps themselves go by small pieces.</summary>
    /// <param name="model">The model.</param>
    public override long UpdateBytes(ModelMemory model) => _options.Subspace == FrugalSubspace.Columns
        ? ((2 * WideIndexSize) + (2 * NumberSize)) * Matrices(model).Select(_options.WithState).DefaultIfEmpty().Max()
        : 0;

    /// <inheritdoc/>
    public override IReadOnlyList<GradientPass> Passes(ModelMemory model, long gradientSize) => [new("updating", delivered => gradientSize * delivered)];

    private IReadOnlyCollection<(long Rows, long Columns)> Matrices(ModelMemory model) => [.. Trained(model).Where(IsDivided).Select(matrix => (matrix.Rows, matrix.Columns))];

    private bool IsDivided(ParameterSize parameter) => FrugalOptimizerOptions.Divides(parameter.Rows, parameter.Columns) && !_options.Activates(parameter.Name);
}
