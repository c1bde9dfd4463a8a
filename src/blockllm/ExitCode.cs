namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>What the command tells the shell that started it.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The work could not be done, or of a comparison not all of it: a model is missing, a file is broken, training diverged, memory ran out.</summary>
    public const int Failure = 1;

    /// <summary>The command line or the configuration file asks for something that does not exist or cannot be.</summary>
    public const int Usage = 2;

    /// <summary>Ctrl-C or SIGTERM: 128 and the number of the signal, as shells have it for Ctrl-C. What was trained until then is saved.</summary>
    public const int Canceled = 130;
}
