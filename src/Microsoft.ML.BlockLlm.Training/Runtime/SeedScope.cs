using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Seeds libtorch's global generator, and gives it back as it was when disposed.</summary>
/// <remarks>What it gives back is the generator of the CPU. On a GPU the seed stays.</remarks>
public sealed class SeedScope : IDisposable
{
    private readonly Tensor _state;

    /// <summary>Seeds the generator.</summary>
    /// <param name="seed">The seed.</param>
    public SeedScope(long seed)
    {
        _state = get_rng_state().DetachFromDisposeScope();
        manual_seed(seed);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_state.IsInvalid)
            return;
        set_rng_state(_state);
        _state.Dispose();
    }
}
