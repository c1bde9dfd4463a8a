namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>How states of whole parameters stand in a saved state.</summary>
internal static class WholeParameterFormat
{
    public static void WriteAll(BinaryWriter writer, IReadOnlyCollection<WholeParameterState> states)
    {
        writer.Write(states.Count);
        foreach (var state in states)
        {
            if (state.Gradient is not null)
                throw new InvalidOperationException($"'{state.Parameter.Name}' has a gradient that no update has used yet. Save the state right after an update.");
            writer.Write(state.Parameter.Name);
            writer.Write(state.Parameter.Size);
            state.Save(writer);
        }
    }

    /// <summary>Reads what <see cref="WriteAll"/> wrote; the caller's to dispose.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="create">Makes an empty state for the parameter of some name; null where there is none.</param>
    /// <param name="count">How many states are due.</param>
    /// <exception cref="InvalidDataException">A state does not fit its parameter, or not every parameter has one.</exception>
    public static IReadOnlyList<TState> ReadAll<TState>(BinaryReader reader, Func<string, TState?> create, int count) where TState : WholeParameterState
    {
        var states = new List<TState>();
        try
        {
            int saved = reader.ReadInt32();
            if (saved != count)
                throw new InvalidDataException($"The saved state has {saved:N0} parameters with this kind of state; this optimizer has {count:N0}.");
            while (states.Count < count)
            {
                string name = reader.ReadString();
                long size = reader.ReadInt64();
                var state = create(name) ?? throw new InvalidDataException($"The saved state trains '{name}', which this optimizer does not, or does in another way.");
                states.Add(state);
                if (state.Parameter.Size != size)
                    throw new InvalidDataException($"The saved state knows '{name}' with {size:N0} weights; here it has {state.Parameter.Size:N0}.");
                state.Load(reader);
            }

            if (states.DistinctBy(state => state.Parameter).Count() < count)
                throw new InvalidDataException("The saved state has a parameter twice.");
            return states;
        }
        catch
        {
            states.ForEach(state => state.Dispose());
            throw;
        }
    }
}
