using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Reads mapped tensors into the system's file cache before they are needed, on a thread of its own.</summary>
internal sealed class ReadAhead : IDisposable
{
    private Task _reading = Task.CompletedTask;
    private volatile bool _isDisposed;

    /// <summary>Begins to read tensors, after those begun before.</summary>
    /// <param name="maps">Map them.</param>
    public void Start(IReadOnlyList<Func<Tensor>> maps)
    {
        Finish();
        _reading = Task.Factory.StartNew(() => Read(maps), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Waits until everything is read.</summary>
    public void Finish() => _reading.GetAwaiter().GetResult();

    public void Dispose()
    {
        _isDisposed = true;
        _reading.ContinueWith(_ => { }, TaskScheduler.Default).Wait();
    }

    private void Read(IReadOnlyList<Func<Tensor>> maps)
    {
        try
        {
            foreach (var map in maps)
            {
                using var tensor = map();
                if (!TensorBytes.TryTouch(tensor, () => !_isDisposed))
                    return;
            }
        }
        catch (Exception exception) when (exception is ExternalException or IOException or SafetensorsException)
        {
            // What could not be read ahead is read when it is needed, and it is then that a failure matters.
        }
    }
}
