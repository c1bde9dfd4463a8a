using System.Runtime.InteropServices;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>
/// Turns the request to end a console program, SIGTERM or Ctrl+C, into a cancellation: training saves a checkpoint, if it has any, and returns with the best weights so far. A
/// second request ends the program at once.
/// </summary>
/// <example><code>
/// using var termination = new TerminationSignal();
/// var summary = loop.Run(data, cancellationToken: termination.Token);
/// </code></example>
public sealed class TerminationSignal : IDisposable
{
    private readonly CancellationTokenSource _request = new();
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Begins to listen.</summary>
    public TerminationSignal() =>
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle), PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle)];

    /// <summary>Is cancelled by the first request.</summary>
    public CancellationToken Token => _request.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _request.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        var isFirst = !_request.IsCancellationRequested;
        try
        {
            _request.Cancel();
            context.Cancel = isFirst;
        }
        catch (ObjectDisposedException)
        {
            // Listening ended while the request came: the system goes on with it.
        }
    }
}
