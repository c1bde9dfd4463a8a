namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>How the state is saved: which blocks are active and for how long, visits, moments and master weights.</summary>
public abstract partial class BlockwiseOptimizer
{
    /// <summary>Writes what a method knows of the blocks to choose by.</summary>
    private protected virtual void WriteChoice(BinaryWriter writer)
    {
    }

    /// <summary>Reads what <see cref="WriteChoice"/> wrote.</summary>
    /// <returns>What takes it over; until then nothing changes.</returns>
    private protected virtual Action ReadChoice(BinaryReader reader) => () => { };

    private protected override void WriteState(BinaryWriter writer)
    {
        writer.Write(Selections);
        writer.Write(_updatesInPeriod);
        SavedBlocks.Write(writer, Blocks, _visits, _activeBlocks);
        WriteChoice(writer);
        AdamSliceFormat.WriteAll(writer, [.. Slices]);
    }

    private protected override void ReadState(BinaryReader reader)
    {
        long selections = reader.ReadInt64();
        if (selections < 0)
            throw new InvalidDataException($"The saved state counts {selections} selections of blocks, and is damaged. Load another one.");
        int updatesInPeriod = reader.ReadInt32();
        if (updatesInPeriod < 0 || updatesInPeriod >= _options.Period)
            throw BlockChoice.Mismatch($"{updatesInPeriod} updates of a period, this optimizer periods of {_options.Period}");
        var saved = SavedBlocks.Read(reader, Blocks);
        if (saved.Chosen.Sum(block => Blocks[block].Size) is var active && _options.MostActive(Blocks) is var most && active > most)
            throw BlockChoice.Mismatch($"{active:N0} active weights, this optimizer at most {most:N0}");
        var takeOverChoice = ReadChoice(reader);
        var slices = ReadSlices(reader);
        var expected = saved.Chosen.SelectMany(block => Blocks[block].Parameters).Concat(_alwaysActive.Keys.Select(parameter => parameter.Name));
        if (!slices.Select(slice => slice.Parameter.Name).Order(StringComparer.Ordinal).SequenceEqual(expected.Order(StringComparer.Ordinal)) || slices.Any(slice => slice.Index is not null))
        {
            foreach (var slice in slices)
                slice.Dispose();
            throw BlockChoice.Mismatch("moments of other parameters than those of its active blocks");
        }

        // All was read and fits; from here on nothing fails.
        takeOverChoice();
        foreach (var slice in Slices)
            slice.Dispose();
        Selections = selections;
        _updatesInPeriod = updatesInPeriod;
        _activeBlocks = saved.Chosen;
        _visits.Restore(saved.Visits);
        _active = slices.Where(slice => slice.Parameter.Role == ParameterRole.Candidate).ToDictionary(slice => slice.Parameter);
        foreach (var slice in slices.Where(slice => slice.Parameter.Role == ParameterRole.AlwaysActive))
            _alwaysActive[slice.Parameter] = slice;
    }
}
