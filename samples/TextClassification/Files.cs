/// <summary>Where the model and the data are that <c>eng/setup</c> has fetched.</summary>
internal static class Files
{
    public static string Encoder => Path.Combine(Cache, "models", "use-lite");

    public static string Messages => Path.Combine(Cache, "data", "spam-assassin.tsv");

    private static string Cache => Environment.GetEnvironmentVariable("BLOCKLLM_CACHE") is { Length: > 0 } folder
        ? folder
        : Path.Combine(UserCache, "blockllm");

    private static string UserCache => OperatingSystem.IsLinux()
        ? Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg
            ? xdg
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache")
        : Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
}
