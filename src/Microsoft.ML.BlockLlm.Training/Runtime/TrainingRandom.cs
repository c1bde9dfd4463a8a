using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>
/// The random numbers of one training. libtorch draws dropout masks from one generator for the whole process; a training sets it to its own
/// state for the length of an update, and then gives it back as it was. Trainings on several threads take turns, so that none disturbs another.
/// </summary>
/// <remarks>
/// The state is that of the CPU's generator. TorchSharp gives no access to the state of a GPU's: there every turn begins with a new seed for all generators, drawn from the CPU's, so that its state decides
/// everything there too.
/// </remarks>
internal sealed class TrainingRandom : IDisposable
{
    private static readonly Lock s_generator = new();

    private readonly bool _seedsEveryTurn;

    private Tensor _state;

    /// <param name="seed">The seed.</param>
    /// <param name="device">Where the training computes.</param>
    public TrainingRandom(long seed, DeviceType device)
    {
        _seedsEveryTurn = device != DeviceType.CPU;
        lock (s_generator)
        {
            using var outer = get_rng_state();
            manual_seed(seed);
            _state = get_rng_state().DetachFromDisposeScope();
            set_rng_state(outer);
        }
    }

    /// <summary>Begins a turn, in which all random numbers are this training's; its end is on the same thread.</summary>
    public Turn TakeTurn() => new(this);

    public byte[] Save() => _state.bytes.ToArray();

    /// <exception cref="InvalidDataException">The state has another size than that of this libtorch.</exception>
    public void Load(byte[] state)
    {
        if (state.Length != _state.bytes.Length)
            throw new InvalidDataException($"its state of the random numbers has {state.Length} bytes instead of {_state.bytes.Length}: it was made with another version of libtorch");
        state.CopyTo(_state.bytes);
    }

    public void Dispose() => _state.Dispose();

    /// <summary>A turn with the random numbers.</summary>
    public sealed class Turn : IDisposable
    {
        private readonly TrainingRandom _random;
        private readonly Tensor _outer;
        private bool _isUndone;

        public Turn(TrainingRandom random)
        {
            s_generator.Enter();
            _random = random;
            try
            {
                _outer = get_rng_state().DetachFromDisposeScope();
                set_rng_state(random._state);
                if (random._seedsEveryTurn)
                    SeedAll();
            }
            catch
            {
                _outer?.Dispose();
                s_generator.Exit();
                throw;
            }
        }

        /// <summary>Lets the next turn begin where this one did, as if nothing had been drawn.</summary>
        public void Undo() => _isUndone = true;

        private static void SeedAll()
        {
            using var seed = randint(int.MaxValue, new long[] { 1 }, ScalarType.Int64);
            manual_seed(seed.item<long>());
        }

        public void Dispose()
        {
            try
            {
                if (!_isUndone)
                {
                    var state = get_rng_state().DetachFromDisposeScope();
                    _random._state.Dispose();
                    _random._state = state;
                }

                set_rng_state(_outer);
            }
            finally
            {
                _outer.Dispose();
                s_generator.Exit();
            }
        }
    }
}
