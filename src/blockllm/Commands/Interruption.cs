using System.Runtime.InteropServices;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Ctrl-C, and the signal that asks a process to end: the first asks the work to end and save, the second ends the process.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _signals;

    public Interruption() =>
        _signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];

    /// <summary>Is canceled at the first signal.</summary>
    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var signal in _signals)
            signal.Dispose();
        _source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        if (_source.IsCancellationRequested)
            Environment.Exit(ExitCode.Canceled);
        context.Cancel = true;
        Console.Error.WriteLine("Ending after this step, and saving. Press Ctrl-C again to stop at once, without saving.");
        _source.Cancel();
    }
}
