using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Where libtorch's random numbers stood, so that a stage that runs again draws the same dropout masks.</summary>
internal sealed class RandomState : IDisposable
{
    private readonly Tensor? _cpu;
    private readonly long _cudaSeed;

    /// <summary>Notes the state of the generator that modules on a device draw from.</summary>
    /// <param name="device">The device.</param>
    /// <remarks>TorchSharp gives no access to the state of a GPU's generator, so there a new seed starts it instead.</remarks>
    public RandomState(Device device)
    {
        if (device.type == DeviceType.CUDA)
        {
            _cudaSeed = randint_long(long.MaxValue);
            cuda.manual_seed_all(_cudaSeed);
        }
        else
        {
            _cpu = get_rng_state().DetachFromDisposeScope();
        }
    }

    /// <summary>Brings the state back.</summary>
    public void Restore()
    {
        if (_cpu is null)
            cuda.manual_seed_all(_cudaSeed);
        else
            set_rng_state(_cpu);
    }

    public void Dispose() => _cpu?.Dispose();
}
