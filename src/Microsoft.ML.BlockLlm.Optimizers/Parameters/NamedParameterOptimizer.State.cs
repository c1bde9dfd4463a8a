using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>How the state is saved and loaded: what TorchSharp asks for, and what a method adds to it.</summary>
public abstract partial class NamedParameterOptimizer
{
    private IReadOnlyList<StagedOptions> _staged = [];

    /// <summary>
    /// The state of the optimizer: the hyperparameters of each group, and one entry with all the rest. It is the optimizer's own,
    /// not a copy, to be saved and loaded; hyperparameters are read and set through the groups.
    /// </summary>
    /// <remarks>Loading reads and checks all of a state first; one that is refused changes nothing, hyperparameters included.</remarks>
    /// <returns>The state, to give to <see cref="OptimizerHelper.load_state_dict(StateDictionary)"/>.</returns>
    public override StateDictionary state_dict()
    {
        // TorchSharp's load_state_dict calls this once, loads all options, then the state, which takes them over: what one that was refused has left does not count.
        _staged = [.. _parameter_groups.Select(group => new StagedOptions(group.Options, _newGroup(group.LearningRate, 0).Options))];
        var state = base.state_dict();
        state.Options.Clear();
        state.Options.AddRange(_staged);
        state.State.Clear();
        state.State.Add(_wholeState);
        return state;
    }

    /// <summary>Writes the options that <see cref="WriteState"/> depends on.</summary>
    private protected virtual void WriteStateOptions(BinaryWriter writer)
    {
    }

    /// <summary>Compares the options that a saved state depends on.</summary>
    /// <exception cref="InvalidDataException">They differ.</exception>
    private protected virtual void CheckStateOptions(BinaryReader reader)
    {
    }

    private protected abstract void WriteState(BinaryWriter writer);

    private protected abstract void ReadState(BinaryReader reader);

    /// <summary>The state as TorchSharp's base classes see it: one entry, since a method may choose over all parameters together.</summary>
    private sealed class WholeState(NamedParameterOptimizer optimizer, Parameter first) : OptimizerState(first)
    {
        private const int FormatVersion = 4;

        // That of an exception with no error of the system behind it, which BinaryReader throws for the length of a name.
        private const int BadStringLength = unchecked((int)0x80131620);

        private NamedParameterOptimizer Optimizer => optimizer;

        public override void SaveStateDict(BinaryWriter writer)
        {
            writer.Write(FormatVersion);
            writer.Write(optimizer.Updates);
            optimizer.WriteStateOptions(writer);
            optimizer.WriteState(writer);
        }

        public override void LoadStateDict(BinaryReader reader)
        {
            try
            {
                Load(reader);
            }
            catch (Exception exception) when (exception is EndOfStreamException or FormatException or IOException { HResult: BadStringLength })
            {
                throw new InvalidDataException($"The saved state is damaged or breaks off: {exception.Message}", exception);
            }
        }

        private void Load(BinaryReader reader)
        {
            using var _ = no_grad();
            using var scope = NewDisposeScope();
            int version = reader.ReadInt32();
            if (version != FormatVersion)
                throw new InvalidDataException($"The saved state has format {version}; this version reads format {FormatVersion}.");
            long updates = reader.ReadInt64();
            if (updates < 0)
                throw new InvalidDataException($"The saved state counts {updates} updates, and is damaged. Load another one.");
            optimizer.CheckStateOptions(reader);
            optimizer.ReadState(reader);
            foreach (var options in optimizer._staged)
                options.TakeOver();
            optimizer.Updates = updates;
            optimizer.MarkRequiredGradients();
        }

        public override void LoadStateDict(OptimizerState source)
        {
            if (source is not WholeState whole || whole.Optimizer.GetType() != optimizer.GetType())
                throw new ArgumentException($"The state is not one of {optimizer.GetType().Name}.", nameof(source));

            // A file, because the state may be larger than a stream in memory can be.
            using var file = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
            using var writer = new BinaryWriter(file);
            whole.SaveStateDict(writer);
            writer.Flush();
            file.Position = 0;
            using var reader = new BinaryReader(file);
            LoadStateDict(reader);
        }

        public override void to(Device device)
        {
            foreach (var state in optimizer.States)
                state.To(device);
        }

        public override void Initialize(OptimizerOptions options)
        {
        }
    }
}
