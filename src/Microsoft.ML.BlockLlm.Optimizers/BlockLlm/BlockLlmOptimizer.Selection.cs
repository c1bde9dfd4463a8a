using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>How a selection goes: measure the blocks, take some, mask their gradients, make the rest active.</summary>
public sealed partial class BlockLlmOptimizer
{
    private ISelectionMask NewMask() => _options switch
    {
        { MaskCoordinates: false } => new BlockLimitedMask(_choice, long.MaxValue, long.MaxValue),
        { MaskBy: MaskCriterion.Random } => _choice.NewRandomMask(Selections),
        _ => new BlockLimitedMask(_choice, Budget, _choice.BlockLimit),
    };

    /// <summary>Lets the next gradients make a selection: those of a probe, or at once those of the blocks that known norms choose.</summary>
    private void StartSelection()
    {
        _isProbeEmpty = false;
        if (_options.Norms.BlocksPerUpdate == 0)
            _phase = Phase.Probing;
        else
            TakeBlocks();
    }

    private void TakeBlocks()
    {
        _choice.Take(Selections);
        _mask = NewMask();
        _phase = Phase.Masking;
    }

    private void ObserveSamples()
    {
        if (_options.Norms.BlocksPerUpdate == 0)
            return;
        _choice.Observe(_choice.SampledBlocks(Updates), _measured.Count == 0 ? new Dictionary<NamedParameter, double>() : _measured.Read(Updates + 1));
        _measured.Dispose();
    }

    /// <inheritdoc/>
    public override void Discard()
    {
        DiscardGradients();
        if (_phase != Phase.Masking && !_isProbeEmpty)
            return;
        _undoProbe?.Invoke();
        _undoProbe = null;
        StartSelection();
        MarkRequiredGradients();
    }

    private void DiscardGradients()
    {
        base.Discard();
        _selected?.Dispose();
        _selected = null;
        _mask.Dispose();
        _measured.Dispose();
        _signSteps.Dispose();
        _batchShare = 1;
    }

    private void AccumulateCandidate(NamedParameter parameter, Tensor gradient)
    {
        // A parameter that comes for the second time belongs to the second micro-batch.
        if (_phase == Phase.Masking && _selected is null && _mask.Offered(parameter))
            ApplyMask();
        if (_phase == Phase.Masking && _selected is null)
            Mask(parameter, gradient);
        else
            (_selected ?? _active).Accumulate(parameter, gradient);
    }

    private void Mask(NamedParameter parameter, Tensor gradient)
    {
        try
        {
            using var norms = new GradientNorms();
            norms.Measure(parameter, gradient);
            norms.Read(Updates + 1);
        }
        catch
        {
            Discard();
            throw;
        }

        _mask.Offer(parameter, gradient.to(ScalarType.Float32));
        if (_mask.Parameters == _choice.TakenParameters)
            ApplyMask();
    }

    /// <summary>Fixes the selection. It replaces the active coordinates only when the update succeeds.</summary>
    private void ApplyMask()
    {
        _selected = ActiveCoordinates.Select(_mask.TakeKept(), _active, _options.CarryMoments);
        _mask.Dispose();
    }

    private void Activate()
    {
        _selected!.TakeOver(_active);
        _active = _selected;
        _selected = null;
        _undoProbe = null;
        _phase = Phase.Updating;
        _choice.Visit();
        Selections++;
        DescribeSelection();
    }

    private void DescribeSelection()
    {
        Visits = _choice.Visits;
        _activeBlocks = [.. _active.Parameters.Select(parameter => _choice.Blocks[_choice.BlockOf(parameter)].Name).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Whether the coming update may change weights of a candidate.</summary>
    private bool IsTrained(NamedParameter candidate) =>
        _phase == Phase.Masking && _selected is null ? _choice.IsTaken(candidate) : (_selected ?? _active).Has(candidate);

    /// <summary>Whether the coming update measures the block of a candidate, and has not yet: of several micro-batches the first is measured.</summary>
    private bool IsToBeMeasured(NamedParameter candidate) => _choice.IsSampled(candidate, Updates) && !_measured.Has(candidate);

    private void Weigh(IReadOnlyDictionary<string, double> costs) =>
        _choice.Weigh(new StepCosts(costs, _alwaysActive.Keys.Select(parameter => parameter.Name)));

    private enum Phase
    {
        /// <summary>The next backward pass measures the blocks.</summary>
        Probing,

        /// <summary>Blocks are taken; the next gradients decide which of their coordinates become active.</summary>
        Masking,

        /// <summary>The active coordinates are known.</summary>
        Updating,
    }
}
