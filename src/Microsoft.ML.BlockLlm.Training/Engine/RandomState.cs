using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Where libtorch's random numbers stand, so that a stage that runs again draws the same dropout masks.</summary>
/// <remarks>TorchSharp gives no access to the state of a GPU's generator. There a new seed, itself drawn at random, starts all generators.</remarks>
internal sealed class RandomState : IDisposable
{
    private readonly Tensor? _cpuState;
    private readonly long _seed;

    /// <summary>Notes the state.</summary>
    /// <param name="device">The device whose random numbers count.</param>
    public RandomState(Device device)
    {
        if (device.type == DeviceType.CPU)
        {
            _cpuState = get_rng_state();
        }
        else
        {
            using var seed = randint(int.MaxValue, new long[] { 1 }, ScalarType.Int64);
            _seed = seed.item<long>();
            Restore();
        }
    }

    /// <summary>Brings the state back.</summary>
    public void Restore()
    {
        if (_cpuState is null)
            manual_seed(_seed);
        else
            set_rng_state(_cpuState);
    }

    public void Dispose() => _cpuState?.Dispose();
}
