using System.ComponentModel;
using System.Diagnostics;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>Commands of the system.</summary>
internal static class SystemCommand
{
    /// <summary>Whether a command is there and succeeds.</summary>
    public static bool Succeeds(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
