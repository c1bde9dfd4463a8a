using TorchSharp.Modules;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// MISA (Liu et al., 2025, arXiv 2511.00056): modules are drawn by importance, as many as fit into a budget, and have T steps of Adam before others are drawn.
/// </summary>
/// <remarks>
/// <para>
/// Algorithm 1 of the paper: every module b begins with the importance G_b = 0. The modules of a period are drawn without replacement with probabilities p_b ∝ exp(η·G_b), in the first period all
/// alike; those that fit into δ of the weights, in the order drawn, have T updates. Then come one more step along their momentum, w ← w − α·β₁ / (1 − β₁)·m̂ / (√v̂ + ε), and
/// G_b ← β·G_b + (1 − β)·‖g_b‖², the squared norm being the mean of the T updates, and their moments are dropped, also where a module is drawn again at once. α is the learning rate.
/// </para>
/// <para>
/// A module larger than δ of the weights could never be trained; where there is one, the budget is the size of the largest. Steps are those of <see cref="AdamWOptimizer"/>, with moments
/// corrected for bias. Normalisations are modules like others.
/// </para>
/// </remarks>
public sealed class MisaOptimizer : BlockwiseOptimizer
{
    private readonly MisaOptimizerOptions _options;
    private readonly double[] _importances;
    private readonly double[] _squaredNorms;
    private readonly int[] _measurements;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="parameters">The parameters with their names, as from <c>module.named_parameters()</c>: contiguous, Float32 or BFloat16.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">A pattern matches no parameter, a parameter is unfit, or none is left to train.</exception>
    public MisaOptimizer(IEnumerable<(string name, Parameter parameter)> parameters, MisaOptimizerOptions? options = null)
        : base([.. parameters], options ??= new MisaOptimizerOptions())
    {
        _options = options;
        _importances = new double[Blocks.Count];
        _squaredNorms = new double[Blocks.Count];
        _measurements = new int[Blocks.Count];
        Activate();
    }

    private protected override bool CarriesMoments => false;

    private protected override void Observe(ILookup<int, double> norms)
    {
        foreach (var block in norms)
        {
            _squaredNorms[block.Key] += block.Sum(norm => norm * norm);
            _measurements[block.Key]++;
        }
    }

    private protected override void EndPeriod(IEnumerable<AdamSlice> active, StochasticRounding rounding)
    {
        foreach (var slice in active)
        {
            using var weights = slice.Parameter.Open();
            slice.StepByMomentum(rounding);
        }
    }

    private protected override IReadOnlyList<int> Choose(long selection)
    {
        for (int block = 0; block < Blocks.Count; block++)
        {
            if (_measurements[block] > 0)
                _importances[block] = (_options.NormSmoothing * _importances[block]) + ((1 - _options.NormSmoothing) * _squaredNorms[block] / _measurements[block]);
            (_squaredNorms[block], _measurements[block]) = (0, 0);
        }

        var drawn = Enumerable.Range(0, Blocks.Count)
            .OrderByDescending(block => (_options.ImportanceFactor * _importances[block]) + GumbelNoise.Of(_options.SeedOrDefault, Blocks[block].Name, selection));
        return BlockSelector.Fill(drawn, Blocks, _options.MostActive(Blocks));
    }

    private protected override void WriteChoice(BinaryWriter writer)
    {
        for (int block = 0; block < Blocks.Count; block++)
        {
            writer.Write(_importances[block]);
            writer.Write(_squaredNorms[block]);
            writer.Write(_measurements[block]);
        }
    }

    private protected override Action ReadChoice(BinaryReader reader)
    {
        (double Importance, double SquaredNorms, int Measurements)[] read = [.. Blocks.Select(_ => (reader.ReadDouble(), reader.ReadDouble(), reader.ReadInt32()))];
        foreach (var (block, known) in Blocks.Zip(read))
        {
            if (!(known.Importance >= 0 && known.SquaredNorms >= 0 && double.IsFinite(known.Importance + known.SquaredNorms) && known.Measurements >= 0))
                throw new InvalidDataException($"The saved state has no usable importance of the module '{block.Name}', and is damaged or of an earlier version. Load another one.");
        }

        return () =>
        {
            for (int block = 0; block < Blocks.Count; block++)
                (_importances[block], _squaredNorms[block], _measurements[block]) = read[block];
        };
    }
}
