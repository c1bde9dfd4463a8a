namespace Microsoft.ML.BlockLlm.Samples.Tests;

/// <summary>Models and data that <c>eng/setup</c> fetches.</summary>
internal static class Cache
{
    /// <summary>Makes the test inconclusive where something is not in the cache.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="resource">What <c>eng/setup</c> calls it.</param>
    public static void Require(string path, string resource)
    {
        if (!Path.Exists(path))
            Assert.Inconclusive($"'{path}' is missing. Run: dotnet run --project eng/setup -- {resource}");
    }
}
