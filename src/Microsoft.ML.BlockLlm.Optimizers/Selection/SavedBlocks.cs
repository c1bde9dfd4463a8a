namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Which blocks are chosen and how often each was, as a state saves it.</summary>
/// <param name="Chosen">The chosen ones, by number.</param>
/// <param name="Visits">How often each was chosen.</param>
internal sealed record SavedBlocks(IReadOnlyList<int> Chosen, IReadOnlyList<long> Visits)
{
    public static void Write(BinaryWriter writer, IReadOnlyList<Block> blocks, VisitCounts visits, IReadOnlyList<int> chosen)
    {
        writer.Write(blocks.Count);
        for (int i = 0; i < blocks.Count; i++)
        {
            writer.Write(blocks[i].Name);
            writer.Write(visits[i]);
            writer.Write(chosen.Contains(i));
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The blocks are others, or the state is damaged.</exception>
    public static SavedBlocks Read(BinaryReader reader, IReadOnlyList<Block> blocks)
    {
        int count = reader.ReadInt32();
        if (count != blocks.Count)
            throw BlockChoice.Mismatch($"{count} blocks, this optimizer {blocks.Count}");
        var chosen = new List<int>();
        var visits = new long[count];
        for (int i = 0; i < count; i++)
        {
            string name = reader.ReadString();
            if (name != blocks[i].Name)
                throw BlockChoice.Mismatch($"a block '{name}' where this optimizer has '{blocks[i].Name}'");
            visits[i] = reader.ReadInt64();
            if (visits[i] < 0)
                throw new InvalidDataException($"The saved state says that block '{name}' was taken {visits[i]} times.");
            if (reader.ReadBoolean())
                chosen.Add(i);
        }

        return new SavedBlocks(chosen, visits);
    }
}
