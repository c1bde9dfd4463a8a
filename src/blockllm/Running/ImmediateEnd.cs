using System.Runtime.InteropServices;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Ends a command that has nothing to save when Ctrl-C or SIGTERM asks for it: at once, and with the exit code that says so.</summary>
internal sealed class ImmediateEnd : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations =
        [PosixSignalRegistration.Create(PosixSignal.SIGTERM, End), PosixSignalRegistration.Create(PosixSignal.SIGINT, End)];

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    private static void End(PosixSignalContext context)
    {
        context.Cancel = true;
        Environment.Exit(ExitCode.Canceled);
    }
}
