using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// AdamW on a few whole blocks at a time, which others replace after some updates: what BAdam, LISA and MISA have in common. They differ in which blocks come next.
/// </summary>
/// <remarks>
/// Only active blocks have gradients and optimizer state. A block begins without moments and with a step count of 0; its moments, and master weights if there are any, go when it is
/// replaced. What is always active keeps its own throughout.
/// <para>Equal inputs give equal bits, whatever the order of the parameters.</para>
/// </remarks>
public abstract partial class BlockwiseOptimizer : AdamFamilyOptimizer
{
    private readonly BlockwiseOptimizerOptions _options;
    private readonly Dictionary<string, int> _blockOf;
    private readonly Dictionary<NamedParameter, AdamSlice> _alwaysActive;
    private readonly VisitCounts _visits;
    private Dictionary<NamedParameter, AdamSlice> _active = [];
    private IReadOnlyList<int> _activeBlocks = [];
    private int _updatesInPeriod;

    private protected BlockwiseOptimizer(IReadOnlyList<(string name, Parameter parameter)> parameters, BlockwiseOptimizerOptions options)
        : base(parameters, options, [.. options.AlwaysActive, .. AlwaysTrained(parameters, options)])
    {
        _options = options;
        Blocks = BlockPartition.Of(Trained(ParameterRole.Candidate).Select(parameter => (parameter.Name, parameter.Size)), options.BlockGranularity);
        _blockOf = Blocks.SelectMany((block, i) => block.Parameters.Select(name => (name, i))).ToDictionary(entry => entry.name, entry => entry.i);
        _alwaysActive = Trained(ParameterRole.AlwaysActive).ToDictionary(parameter => parameter, parameter => new AdamSlice(parameter, index: null));
        _visits = new VisitCounts(Blocks.Count);
    }

    /// <summary>Names of the blocks that are active now, always-active parameters left out.</summary>
    public IReadOnlyList<string> ActiveBlocks => [.. _activeBlocks.Select(block => Blocks[block].Name)];

    /// <summary>How often each block was made active, by its name.</summary>
    public IReadOnlyDictionary<string, long> Visits => Enumerable.Range(0, Blocks.Count).ToDictionary(block => Blocks[block].Name, block => _visits[block]);

    /// <summary>How often blocks were made active.</summary>
    public long Selections { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="NonFiniteGradientException">The loss or a gradient is not finite. No weight was changed.</exception>
    /// <exception cref="InvalidOperationException">There is no gradient. No weight was changed.</exception>
    public override UpdateReport Update(double loss)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        AdamSlice[] slices = [.. Slices];
        var norms = CheckedNorms(loss, slices);
        Observe(norms.Where(entry => entry.Key.Role == ParameterRole.Candidate).ToLookup(entry => _blockOf[entry.Key.Name], entry => entry.Value));
        var norm = Math.Sqrt(norms.Values.Sum(part => part * part));
        var rounding = NewRounding();
        var updated = Apply(slices, norm, rounding);
        var report = new UpdateReport(norm, updated, _alwaysActive.Keys.Sum(parameter => parameter.Size), ActiveBlocks, Visits, Reselected: _updatesInPeriod == 0);
        if (++_updatesInPeriod == _options.Period)
        {
            EndPeriod(_active.Values, rounding);
            Activate();
        }

        return report;
    }

    /// <summary>The blocks, ordered by name.</summary>
    private protected IReadOnlyList<Block> Blocks { get; }

    private protected override IEnumerable<AdamSlice> Slices => _alwaysActive.Values.Concat(_active.Values);

    private protected override WeightState? StateOf(NamedParameter parameter) =>
        (parameter.Role == ParameterRole.AlwaysActive ? _alwaysActive : _active).GetValueOrDefault(parameter);

    /// <summary>Whether a block that is chosen while it is active keeps its moments.</summary>
    private protected abstract bool CarriesMoments { get; }

    /// <summary>Chooses the blocks that are active next, at least one.</summary>
    /// <param name="selection">Number of the choice, from 0.</param>
    private protected abstract IReadOnlyList<int> Choose(long selection);

    /// <summary>Takes in what an update measured: by block, the gradient norms of its parameters, before clipping.</summary>
    private protected virtual void Observe(ILookup<int, double> norms)
    {
    }

    /// <summary>Changes the weights of the active blocks once more before others take their place. Most methods do not.</summary>
    /// <param name="active">The state of the active blocks.</param>
    /// <param name="rounding">Rounds weights of low precision that have no masters.</param>
    private protected virtual void EndPeriod(IEnumerable<AdamSlice> active, StochasticRounding rounding)
    {
    }

    /// <summary>Makes blocks active, in the place of those that are. A derived class does so once when it is made.</summary>
    private protected void Activate()
    {
        _updatesInPeriod = 0;
        // There are no blocks where all but a head is frozen.
        _activeBlocks = Blocks.Count == 0 ? [] : [.. Choose(Selections).Order()];
        foreach (int block in _activeBlocks)
            _visits.Visit(block);
        Selections++;

        var past = _active;
        _active = _activeBlocks.SelectMany(block => Blocks[block].Parameters).Select(name => FindTrained(name)!)
            .ToDictionary(parameter => parameter, parameter => CarriesMoments && past.Remove(parameter, out var slice) ? slice : new AdamSlice(parameter, index: null));
        foreach (var slice in past.Values)
            slice.Dispose();
        MarkRequiredGradients();
    }

    /// <summary>Names of the parameters that a method always trains although no pattern of the user names them.</summary>
    private static IEnumerable<string> AlwaysTrained(IEnumerable<(string name, Parameter parameter)> parameters, BlockwiseOptimizerOptions options) => parameters
        .DistinctBy(entry => entry.parameter, ReferenceEqualityComparer.Instance)
        .Where(entry => entry.parameter.requires_grad && !options.Freezes(entry.name) && options.TrainsAlways(entry.name))
        .Select(entry => entry.name);
}
