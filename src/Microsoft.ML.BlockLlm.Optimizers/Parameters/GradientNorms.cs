using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Euclidean norms of gradients, gathered on their device and read all at once: one synchronisation, not one a tensor.</summary>
internal sealed class GradientNorms : IDisposable
{
    private readonly Dictionary<NamedParameter, Tensor> _norms = [];

    /// <summary>Number of parameters measured.</summary>
    public int Count => _norms.Count;

    public bool Has(NamedParameter parameter) => _norms.ContainsKey(parameter);

    /// <param name="parameter">The parameter.</param>
    /// <param name="gradient">Its gradient, or a slice of it.</param>
    /// <param name="share">What the gradient was multiplied by, which the norm is to leave out.</param>
    public void Measure(NamedParameter parameter, Tensor gradient, double share = 1)
    {
        var norm = Norm(gradient);
        if (share != 1)
            norm.div_(share);
        if (_norms.Remove(parameter, out var other))
        {
            // Two slices of one parameter.
            var both = (norm * norm + other * other).sqrt_().DetachFromDisposeScope();
            norm.Dispose();
            other.Dispose();
            norm = both;
        }

        _norms.Add(parameter, norm);
    }

    /// <summary>The norm in 32 bits, which that of 16-bit gradients would not be: by pieces, so that no second gradient of full size is held.</summary>
    private static Tensor Norm(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        long count = gradient.numel(), pieceSize = WeightState.PieceSizeOf(gradient.device_type, count);
        if (gradient.dtype == ScalarType.Float32 || count <= pieceSize)
            return gradient.to(ScalarType.Float32).norm().DetachFromDisposeScope();

        var flat = gradient.reshape(-1);
        var norms = new List<Tensor>();
        for (long start = 0; start < count; start += pieceSize)
        {
            using var wide = flat.narrow(0, start, Math.Min(pieceSize, count - start)).to(ScalarType.Float32);
            norms.Add(wide.norm());
        }

        return stack(norms).norm().DetachFromDisposeScope();
    }

    /// <summary>Reads the norms.</summary>
    /// <exception cref="InvalidOperationException">There are none.</exception>
    /// <exception cref="NonFiniteGradientException">One is not finite.</exception>
    public IReadOnlyDictionary<NamedParameter, double> Read(long update)
    {
        if (_norms.Count == 0)
            throw new InvalidOperationException($"Update {update} has no gradients. Run a backward pass first, on a loss that depends on the parameters.");

        using var stacked = stack(_norms.Values);
        using var onHost = stacked.cpu();
        float[] values = onHost.data<float>().ToArray();
        var norms = _norms.Keys.Zip(values, (parameter, norm) => (parameter, norm)).ToDictionary(entry => entry.parameter, entry => (double)entry.norm);
        foreach (var (parameter, norm) in norms)
        {
            if (!double.IsFinite(norm))
                throw new NonFiniteGradientException(
                    $"The gradient of '{parameter.Name}' is not finite at update {update}; no weight was changed. " +
                    "Skip the batch, lower the learning rate, or clip gradients (MaxGradientNorm).");
        }

        return norms;
    }

    public void Dispose()
    {
        foreach (var norm in _norms.Values)
            norm.Dispose();
        _norms.Clear();
    }
}
