using System.Diagnostics;
using Microsoft.ML.BlockLlm.Models;

/// <summary>The runtime calls it in a process of the command, before the command begins, where <c>DOTNET_STARTUP_HOOKS</c> names this assembly: the process is to kill itself when it writes a file.</summary>
/// <remarks>It has no namespace since the runtime looks for it there.</remarks>
internal static class StartupHook
{
    /// <summary>The environment variable that says when: the name of a file, and <c>written</c>, <c>on the disk</c> or <c>renamed</c>.</summary>
    public const string KillAt = "BLOCKLLM_TESTS_KILL_AT";

    public static void Initialize()
    {
        var awaited = Environment.GetEnvironmentVariable(KillAt);
        AtomicFile.AtWritePoint = point =>
        {
            if (point == awaited)
                Process.GetCurrentProcess().Kill();
        };
    }
}
