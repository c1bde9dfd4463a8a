using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A parameter whose weights are in a file, together with what differs from the file.</summary>
internal sealed class StreamedParameter : IDisposable
{
    private readonly long[] _shape;
    private WeightChanges? _changes;
    private int _handles;
    private bool _mayDiffer;

    /// <param name="shape">Its shape.</param>
    /// <param name="dtype">Its type.</param>
    /// <param name="load">Gives what the file has, in the file's type.</param>
    public StreamedParameter(long[] shape, ScalarType dtype, Func<Tensor> load)
    {
        _shape = shape;
        Load = load;
        Parameter = new Parameter(Absent(dtype));
    }

    public Parameter Parameter { get; }

    public Func<Tensor> Load { get; }

    public long ChangedCount => _changes?.Count ?? 0;

    public long ChangedBytes => _changes?.Bytes ?? 0;

    /// <summary>Gives the parameter its weights, if it has none, for one handle more.</summary>
    public void Open(bool isToChange)
    {
        if (_handles == 0)
        {
            using var scope = NewDisposeScope();
            using var withoutGraph = no_grad();
            var weights = Load().to_type(Parameter.dtype);
            _changes?.ApplyTo(weights);
            Parameter.set_(weights);
        }

        _handles++;
        _mayDiffer |= isToChange;
    }

    /// <summary>Takes one handle back, and with the last one the weights. What changed is kept.</summary>
    public void Close()
    {
        if (_handles > 1)
        {
            _handles--;
            return;
        }

        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        // Where there is no memory to keep them in, the parameter stays open rather than lose them.
        if (_mayDiffer)
            KeepChanges();
        (_handles, _mayDiffer) = (0, false);
        Parameter.set_(Absent(Parameter.dtype));
    }

    /// <summary>What differs from the file now, as a copy; null if nothing does. The parameter was not changed since it was opened.</summary>
    public WeightChanges? CopyChanges() => _changes?.Copy();

    /// <summary>Gives the parameter, which is closed, what differed from the file before.</summary>
    /// <param name="changes">The differences, which become the parameter's; null for none.</param>
    public void Restore(WeightChanges? changes)
    {
        if (_handles > 0)
            throw new InvalidOperationException("The weights are open, and cannot be restored before they are closed.");
        _changes?.Dispose();
        _changes = changes;
    }

    public void Dispose() => _changes?.Dispose();

    // Found by looking at every weight: it takes a small part of the time of reading them, and no optimizer has to say what it touched.
    private void KeepChanges()
    {
        var changes = WeightChanges.Between(Load(), Parameter);
        _changes?.Dispose();
        _changes = changes;
    }

    // One number stands for all, at no cost. Weights that were forgotten to be opened show in every result.
    private Tensor Absent(ScalarType dtype)
    {
        using var one = full([1], double.NaN, dtype, CPU);
        return one.expand(_shape);
    }
}
