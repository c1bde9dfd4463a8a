using TorchSharp.Modules;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// MISA (Liu et al., 2025, arXiv 2511.00056): modules are drawn by importance, as many as a budget has room for, and have T steps of Adam before others are drawn.
/// </summary>
/// <remarks>
/// As we read the paper's abstract and its released code: G_b is the gradient norm of module b, averaged over the updates of a period in which it was active, and smoothed over its periods,
/// G_b ← β·G_b + (1 − β)·ḡ_b; the first measurement enters whole. The next modules are drawn without replacement with probabilities p_b ∝ exp(min(η·G_b², 5)), and taken in the order
/// drawn: the first whatever its size, so that none is too large ever to be trained, and those after it that fit into what it leaves of δ of the weights. A module not measured yet counts as the
/// largest norm known. A module drawn again at once keeps its moments. Unlike the released code, this has no round before in which every module is active for one update, sets no room aside for
/// those that waited longest, and counts normalisations and biases among the modules.
/// </remarks>
public sealed class MisaOptimizer : BlockwiseOptimizer
{
    /// <summary>The released code limits the exponent, so that no module is drawn more than e⁵ times as often as another.</summary>
    private const double LargestExponent = 5;

    private readonly MisaOptimizerOptions _options;
    private readonly BlockNorms _norms;
    private readonly BlockSelector _selector;
    private readonly double[] _normSums;
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
        _norms = new BlockNorms(Blocks.Count, options.NormSmoothing);
        _selector = new BlockSelector(BlockSampling.Random, options.SeedOrDefault);
        _normSums = new double[Blocks.Count];
        _measurements = new int[Blocks.Count];
        Activate();
    }

    private protected override bool CarriesMoments => true;

    private protected override void Observe(ILookup<int, double> norms)
    {
        foreach (var block in norms)
        {
            _normSums[block.Key] += Math.Sqrt(block.Sum(norm => norm * norm));
            _measurements[block.Key]++;
        }
    }

    private protected override IReadOnlyList<int> Choose(long selection)
    {
        for (int block = 0; block < Blocks.Count; block++)
        {
            if (_measurements[block] > 0)
                _norms.Observe(block, _normSums[block] / _measurements[block]);
            (_normSums[block], _measurements[block]) = (0, 0);
        }

        double[] weights = [.. Blocks.Select((_, block) => Math.Exp(Math.Min(_options.ImportanceFactor * _norms[block] * _norms[block], LargestExponent)))];
        return _selector.TakeFirstAndWithin(Blocks, weights, _options.BudgetOf(Blocks), selection);
    }

    private protected override void WriteChoice(BinaryWriter writer)
    {
        _norms.Write(writer);
        for (int block = 0; block < Blocks.Count; block++)
        {
            writer.Write(_normSums[block]);
            writer.Write(_measurements[block]);
        }
    }

    private protected override Action ReadChoice(BinaryReader reader)
    {
        var takeOverNorms = _norms.Read(reader);
        (double Sum, int Count)[] measured = [.. Blocks.Select(_ => (reader.ReadDouble(), reader.ReadInt32()))];
        return () =>
        {
            takeOverNorms();
            for (int block = 0; block < Blocks.Count; block++)
                (_normSums[block], _measurements[block]) = measured[block];
        };
    }
}
