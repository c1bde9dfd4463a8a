using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// BlockLLM (Ramesh, Ganapathiraman, Laradji and Schmidt, arXiv 2406.17296): AdamW on a small set of weights at a time, chosen by the
/// size of their gradients and by how seldom their block was chosen before. Optimizer state exists for these weights alone.
/// </summary>
/// <remarks>
/// <para>
/// A selection scores every block b by ‖g_b‖ / f_b, its gradient norm over its visit share, and takes blocks in falling order
/// until their sizes reach the budget n_s times <see cref="BlockLlmOptimizerOptions.TakeFactor"/>. A mask inside them keeps the
/// n_s weights with the largest gradients, ties going to the parameter whose name comes first, then to the lower position: the
/// budget is exact. <see cref="BlockLlmOptimizerOptions.Reselection"/> says when to select again; the first update does.
/// </para>
/// <para>
/// With plain TorchSharp: <c>optimizer.zero_grad(); loss.backward(); optimizer.step(loss);</c>. Between selections
/// <c>requires_grad</c> is true only for parameters with active weights, so that backward passes are cheap. With the training
/// engine, see <see cref="StagewiseOptimizer"/>: a selection then is a probing pass, which measures the blocks
/// (<see cref="BlockLlmOptimizerOptions.Norms"/> has another way), and a first
/// micro-batch whose gradients the mask sees one at a time. Both ways give the same bits where an update has one batch and the passes equal gradients, which dropout prevents; of several batches, a plain backward pass shows the mask their sum.
/// </para>
/// <para>Equal inputs give equal bits, whatever the order of the parameters.</para>
/// </remarks>
public sealed partial class BlockLlmOptimizer : AdamFamilyOptimizer
{
    private readonly BlockLlmOptimizerOptions _options;
    private readonly BlockChoice _choice;
    private readonly LossHistory _losses;
    private readonly GradientNorms _measured = new();
    private readonly Dictionary<NamedParameter, AdamSlice> _alwaysActive;
    private readonly SignSteps _signSteps;

    /// <summary>Takes back what the last probe measured, or that there was no gradient, until an update came of it.</summary>
    private Action? _undoProbe;
    private double _batchShare = 1;
    private bool _isProbeEmpty;
    private Phase _phase;
    private ISelectionMask _mask;
    private ActiveCoordinates? _selected;
    private ActiveCoordinates _active = ActiveCoordinates.None;
    private IReadOnlyList<string> _activeBlocks = [];

    /// <summary>Creates the optimizer.</summary>
    /// <param name="parameters">The parameters with their names, as from <c>module.named_parameters()</c>: contiguous, Float32 or BFloat16.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">A pattern matches no parameter, a parameter is unfit, none is left to train, MaxBlockShare leaves part of the budget unused, or StepCosts lacks a parameter.</exception>
    public BlockLlmOptimizer(IEnumerable<(string name, Parameter parameter)> parameters, BlockLlmOptimizerOptions? options = null)
        : base(parameters, options ??= new BlockLlmOptimizerOptions(), options.AlwaysActive)
    {
        _options = options;
        var candidates = Trained(ParameterRole.Candidate);
        _signSteps = new SignSteps(options.SignStepRate);
        _losses = options.Reselection.NewHistory();
        _alwaysActive = Trained(ParameterRole.AlwaysActive).ToDictionary(parameter => parameter, parameter => new AdamSlice(parameter, index: null));

        CandidateCount = candidates.Sum(parameter => parameter.Size);
        Budget = options.BudgetOf(CandidateCount);
        _choice = new BlockChoice(candidates, options, Budget);
        if (options.StepCosts is not null)
            Weigh(options.StepCosts);
        _mask = NewMask();
        _phase = Phase.Updating;
        Visits = _choice.Visits;
        if (candidates.Count > 0)
            StartSelection();
        MarkRequiredGradients();
    }

    /// <summary>Number of weights that selection chooses from: n.</summary>
    public long CandidateCount { get; }

    /// <summary>Number of weights that are active at a time, always-active ones left out: n_s = ⌈(1 − s) · n⌉.</summary>
    public long Budget { get; }

    /// <summary>Number of weights that are active now, always-active ones left out.</summary>
    public long ActiveCount => _active.Count;

    /// <summary>Names of the blocks that the active weights lie in, always-active ones left out.</summary>
    public IReadOnlyList<string> ActiveBlocks => _activeBlocks;

    /// <summary>Number of selections done.</summary>
    public long Selections { get; private set; }

    /// <summary>How often each block was taken, by its name.</summary>
    public IReadOnlyDictionary<string, long> Visits { get; private set; }

    /// <inheritdoc/>
    /// <remarks>They count if <see cref="BlockLlmOptimizerOptions.DepthAware"/>, unless <see cref="BlockLlmOptimizerOptions.StepCosts"/> were given.</remarks>
    public override void UseStepCosts(IReadOnlyDictionary<Parameter, double> costs)
    {
        ArgumentNullException.ThrowIfNull(costs);
        if (_options is not { DepthAware: true, StepCosts: null })
            return;
        Weigh(costs.Where(cost => Find(cost.Key) is not null).ToDictionary(cost => Find(cost.Key)!.Name, cost => cost.Value));
        // Where no probe comes first, the blocks of the coming update are taken already.
        if (_phase == Phase.Masking && _selected is null && _mask.Parameters == 0)
        {
            TakeBlocks();
            MarkRequiredGradients();
        }
    }

    /// <inheritdoc/>
    public override bool NeedsProbe => _phase == Phase.Probing;

    /// <inheritdoc/>
    public override bool NeedsGradient(Parameter parameter) => Find(parameter) switch
    {
        { Role: ParameterRole.Candidate } candidate => _phase == Phase.Probing || IsTrained(candidate) || IsToBeMeasured(candidate),
        { Role: ParameterRole.AlwaysActive } => _phase != Phase.Probing,
        _ => false,
    };

    internal override bool MayChange(Parameter parameter) => Find(parameter) is not { Role: ParameterRole.Candidate } candidate || IsTrained(candidate);

    /// <inheritdoc/>
    public override void Probe(Parameter parameter, Tensor gradient)
    {
        RequireProbing();
        using var _ = no_grad();
        using var flat = Flatten(parameter, gradient, out var named);
        if (named.Role != ParameterRole.Candidate)
            return;
        if (_measured.Has(named))
            throw new InvalidOperationException($"'{named.Name}' was probed twice. A probe is one backward pass: end it with EndProbe.");
        _measured.Measure(named, flat);
    }

    /// <inheritdoc/>
    /// <remarks>Where no block had a gradient there is nothing to select from: the coming update is of what is always active, and the one after it probes again.</remarks>
    /// <exception cref="NonFiniteGradientException">A gradient was not finite; the probe is to be repeated.</exception>
    /// <exception cref="InvalidOperationException">No probing pass is due.</exception>
    public override void EndProbe()
    {
        RequireProbing();
        _isProbeEmpty = _measured.Count == 0;
        if (_isProbeEmpty)
        {
            _phase = Phase.Updating;
            return;
        }

        using var _ = no_grad();
        try
        {
            var norms = _measured.Read(Updates + 1);
            _undoProbe = _choice.NoteNorms();
            _choice.Observe(Enumerable.Range(0, _choice.Blocks.Count), norms);
        }
        finally
        {
            _measured.Dispose();
        }

        TakeBlocks();
    }

    /// <inheritdoc/>
    /// <remarks>Sampled norms are those of whole gradients, so that they compare with norms of other updates.</remarks>
    public override void UseBatchShare(double share)
    {
        if (share is not (> 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "The share of a batch in its update must be above 0 and at most 1.");
        _batchShare = share;
    }

    /// <inheritdoc/>
    /// <exception cref="NonFiniteGradientException">A gradient that the mask is chosen by is not finite; the selection starts again.</exception>
    /// <exception cref="InvalidOperationException">A probing pass is due.</exception>
    public override void Accumulate(Parameter parameter, Tensor gradient)
    {
        RequireNoProbing();
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var flat = Flatten(parameter, gradient, out var named);
        if (StateOf(named) is { } whole)
        {
            whole.Accumulate(flat);
        }
        else if (named.Role == ParameterRole.Candidate)
        {
            if (IsToBeMeasured(named))
                _measured.Measure(named, flat, _batchShare);
            if (IsTrained(named))
            {
                AccumulateCandidate(named, flat);
                _signSteps.Accumulate(named, flat);
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="NonFiniteGradientException">
    /// The loss or a gradient is not finite. No weight and no moment was changed, and the gradients are forgotten; a selection under
    /// way starts again.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// There is no gradient, or a probing pass is due, or the optimizer is depth-aware and was not told the depths.
    /// </exception>
    public override UpdateReport Update(double loss)
    {
        RequireNoProbing();
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        bool selecting = _phase == Phase.Masking, isEmpty = _isProbeEmpty;
        AdamSlice[] slices;
        double norm;
        try
        {
            RequireDepths();
            if (selecting && _selected is null)
            {
                isEmpty = _mask.Parameters == 0;
                if (isEmpty)
                {
                    _undoProbe ??= _choice.NoteNorms();
                    _choice.ObserveNoGradient();
                }

                ApplyMask();
            }

            slices = [.. _alwaysActive.Values, .. (_selected ?? _active).Slices];
            norm = CheckedNorm(loss, slices);
            _signSteps.Check(Updates + 1);
            ObserveSamples();
        }
        catch
        {
            Discard();
            throw;
        }

        _batchShare = 1;
        if (selecting)
            Activate();
        var rounding = NewRounding();
        long updated = Apply(slices, norm, rounding);
        _signSteps.Apply(_active, rounding);
        // Blocks without any gradient make no selection: the next update takes others.
        if (_choice.Blocks.Count > 0 && (_options.Reselection.Observe(_losses, loss) || isEmpty))
            StartSelection();
        MarkRequiredGradients();
        return new UpdateReport(norm, updated, _alwaysActive.Keys.Sum(parameter => parameter.Size), _activeBlocks, Visits, selecting);
    }

    /// <inheritdoc/>
    protected override bool WatchesLoss => _options.Reselection.WatchesLoss;

    /// <inheritdoc/>
    protected override void MarkRequiredGradients()
    {
        base.MarkRequiredGradients();
        // A plain backward pass both probes and updates.
        foreach (var parameter in _alwaysActive.Keys)
            parameter.Value.requires_grad = true;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _measured.Dispose();
            _signSteps.Dispose();
            _mask.Dispose();
            _selected?.Dispose();
        }

        base.Dispose(disposing);
    }

    private protected override IEnumerable<AdamSlice> Slices => _alwaysActive.Values.Concat(_active.Slices);

    private protected override WeightState? StateOf(NamedParameter parameter) => _alwaysActive.GetValueOrDefault(parameter);

    /// <remarks>By the updates that a slice's moments have seen, which needs no state: what the last selection brought in is a slice of its own.</remarks>
    private protected override double Warmup(WeightState slice) =>
        slice.Parameter.Role == ParameterRole.Candidate && slice.Steps < _options.WarmupUpdates ? (slice.Steps + 1.0) / _options.WarmupUpdates : 1;

    private void RequireProbing()
    {
        if (_phase != Phase.Probing)
            throw new InvalidOperationException("No probing pass is due (NeedsProbe is false).");
    }

    private void RequireNoProbing()
    {
        if (_phase == Phase.Probing)
            throw new InvalidOperationException("A probing pass is due (NeedsProbe is true): offer its gradients to Probe, then call EndProbe.");
    }

    private void RequireDepths()
    {
        if (_options.DepthAware && !_choice.IsDepthKnown)
        {
            throw new InvalidOperationException(
                $"{nameof(_options.DepthAware)} is set, and the optimizer does not know the depth of its parameters. The training engine tells it; " +
                $"in a loop of your own, set {nameof(_options.StepCosts)}.");
        }
    }
}
