using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// Lets the norm of a matrix's steps grow by no more than a factor γ from one update to the next (Chen et al. 2024, arXiv 2410.01623, eq. 9): where
/// ‖S_t‖ &gt; γ‖S_{t−1}‖, S_t ← S_t · γ‖S_{t−1}‖ / ‖S_t‖. A step of norm 0 limits nothing: no later one could grow back. It keeps one number, on the device, so that nothing
/// waits for it.
/// </summary>
internal sealed class NormGrowthLimiter(double growth) : IDisposable
{
    private Tensor? _norm;

    public long Bytes => _norm is null ? 0 : 4;

    /// <summary>Scales a step down in place where it is too long.</summary>
    /// <param name="step">The step, float32.</param>
    public void Limit(Tensor step)
    {
        using var scope = NewDisposeScope();
        var norm = step.norm();
        if (_norm is not null)
        {
            var excess = where(_norm.gt(0), (norm / _norm).div_(growth).clamp_(min: 1), ones_like(norm));
            step.div_(excess);
            norm = norm / excess;
        }

        _norm?.Dispose();
        _norm = norm.DetachFromDisposeScope();
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_norm is not null);
        if (_norm is null)
            return;
        using var row = _norm.view(1);
        row.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote into a limiter that saw no step yet.</summary>
    public void Load(BinaryReader reader, Device device)
    {
        if (!reader.ReadBoolean())
            return;
        using var row = AdamSliceFormat.ReadTensor(reader, ScalarType.Float32, 1, device);
        _norm = row.view([]).DetachFromDisposeScope();
    }

    public void To(Device device)
    {
        if (_norm is null)
            return;
        using var old = _norm;
        _norm = old.to(device, copy: true).DetachFromDisposeScope();
    }

    public void Dispose()
    {
        _norm?.Dispose();
        _norm = null;
    }
}
