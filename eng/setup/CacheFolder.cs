namespace Microsoft.ML.BlockLlm.Setup;

/// <summary>
/// Where fetched models and data are kept: the folder in the environment variable <c>BLOCKLLM_CACHE</c>, or else <c>blockllm</c> in the
/// user's cache folder. Samples and tests compile this file too, so that all look in one place.
/// </summary>
internal static class CacheFolder
{
    public static string UseLite => Path.Combine(Root, "models", "use-lite");

    public static string SpamAssassin => Path.Combine(Root, "data", "spam-assassin.tsv");

    public static string Brown => Path.Combine(Root, "data", "brown.txt");

    public static string Root
    {
        get
        {
            if (Environment.GetEnvironmentVariable("BLOCKLLM_CACHE") is { Length: > 0 } chosen)
                return Path.GetFullPath(chosen);
            return Path.Combine(UserCache, "blockllm");
        }
    }

    private static string UserCache
    {
        get
        {
            if (!OperatingSystem.IsLinux())
                return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
            if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg)
                return xdg;
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        }
    }
}
