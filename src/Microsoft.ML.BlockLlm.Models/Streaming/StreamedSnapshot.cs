namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A streamed parameter as it once was: what differed from its file then.</summary>
internal sealed class StreamedSnapshot(StreamedParameter parameter) : IDisposable
{
    private WeightChanges? _changes = parameter.CopyChanges();

    /// <summary>Brings the parameter, which is closed, back to what it was. Once: what was kept becomes the parameter's.</summary>
    public void Restore()
    {
        parameter.Restore(_changes);
        _changes = null;
    }

    public void Dispose() => _changes?.Dispose();
}
