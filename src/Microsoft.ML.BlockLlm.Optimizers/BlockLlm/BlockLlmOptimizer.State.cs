namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>How the state is saved: moments, indices, visits, loss history, counters and phase. Nothing else decides what comes next.</summary>
public sealed partial class BlockLlmOptimizer
{
    private const int FormatVersion = 1;

    private protected override void WriteState(BinaryWriter writer)
    {
        if (_selected is not null || _mask.Parameters > 0)
            throw new InvalidOperationException("There are gradients that no update has used yet. Save the state right after an update.");
        writer.Write(FormatVersion);
        writer.Write(Budget);
        writer.Write(Selections);
        writer.Write((int)_phase);
        writer.Write(_blocks.Count);
        for (int i = 0; i < _blocks.Count; i++)
        {
            writer.Write(_blocks[i].Name);
            writer.Write(_visits[i]);
            writer.Write(_taken.Contains(i));
        }

        _losses.Write(writer);
        WriteSlices(writer, [.. Slices]);
    }

    private protected override void ReadState(BinaryReader reader)
    {
        int version = reader.ReadInt32();
        if (version != FormatVersion)
            throw new InvalidDataException($"The saved state has format {version}; this version reads format {FormatVersion}.");
        long budget = reader.ReadInt64();
        if (budget != Budget)
            throw Mismatch($"a budget of {budget:N0} weights, this optimizer one of {Budget:N0}");
        long selections = reader.ReadInt64();
        var phase = (Phase)reader.ReadInt32();
        ReadBlocks(reader);
        _losses.Read(reader);
        var slices = ReadSlices(reader);

        AbandonSelection();
        _mask = NewMask();
        _phase = phase;
        Selections = selections;
        _active.Dispose();
        _active = new ActiveCoordinates(slices.Where(slice => slice.Parameter.Role == ParameterRole.Candidate));
        foreach (var slice in slices.Where(slice => slice.Parameter.Role == ParameterRole.AlwaysActive))
        {
            _alwaysActive[slice.Parameter].Dispose();
            _alwaysActive[slice.Parameter] = slice;
        }

        NameActiveBlocks();
    }

    private void ReadBlocks(BinaryReader reader)
    {
        int count = reader.ReadInt32();
        if (count != _blocks.Count)
            throw Mismatch($"{count} blocks, this optimizer {_blocks.Count}");
        var taken = new List<int>();
        for (int i = 0; i < count; i++)
        {
            string name = reader.ReadString();
            if (name != _blocks[i].Name)
                throw Mismatch($"a block '{name}' where this optimizer has '{_blocks[i].Name}'");
            _visits.Restore(i, reader.ReadInt64());
            if (reader.ReadBoolean())
                taken.Add(i);
        }

        _taken = taken;
    }

    private static InvalidDataException Mismatch(string difference) =>
        new($"The saved state has {difference}. Build the optimizer with the parameters and options of the saved run.");
}
