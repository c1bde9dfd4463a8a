namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>How the state is saved: moments, master weights, indices, visits, norms, loss history, counters and phase. Nothing else decides what comes next.</summary>
public sealed partial class BlockLlmOptimizer
{
    private protected override void WriteState(BinaryWriter writer)
    {
        if (_selected is not null || _mask.Parameters > 0 || _measured.Count > 0 || _isProbeEmpty)
            throw new InvalidOperationException("There are gradients that no update has used yet. Save the state right after an update.");
        writer.Write(Budget);
        writer.Write(Selections);
        writer.Write((int)_phase);
        _choice.Write(writer);
        _losses.Write(writer);
        AdamSliceFormat.WriteAll(writer, [.. Slices]);
    }

    private protected override void ReadState(BinaryReader reader)
    {
        long budget = reader.ReadInt64();
        if (budget != Budget)
            throw BlockChoice.Mismatch($"a budget of {budget:N0} weights, this optimizer one of {Budget:N0}");
        long selections = reader.ReadInt64();
        var phase = (Phase)reader.ReadInt32();
        if (!Enum.IsDefined(phase))
            throw new InvalidDataException($"The saved state is in a phase {phase} that there is not.");
        var takeOverChoice = _choice.Read(reader);
        var takeOverLosses = _losses.Read(reader);
        // A whole block may be larger than the budget, where none fits.
        var slices = ReadSlices(reader, _alwaysActive.Keys, _options.MaskCoordinates ? Budget : Math.Max(Budget, _choice.Blocks.Select(block => block.Size).DefaultIfEmpty().Max()));

        // All was read and fits; from here on nothing fails.
        takeOverChoice();
        takeOverLosses();
        DiscardGradients();
        _undoProbe = null;
        _isProbeEmpty = false;
        _phase = phase;
        Selections = selections;
        _mask = NewMask();
        _active.Dispose();
        _active = new ActiveCoordinates(slices.Where(slice => slice.Parameter.Role == ParameterRole.Candidate));
        foreach (var slice in slices.Where(slice => slice.Parameter.Role == ParameterRole.AlwaysActive))
        {
            _alwaysActive[slice.Parameter].Dispose();
            _alwaysActive[slice.Parameter] = slice;
        }

        DescribeSelection();
    }
}
