using Microsoft.ML.BlockLlm.Setup;

namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>Where models and data are looked for; samples, tests and scripts follow the same rule.</summary>
[TestClass]
[DoNotParallelize]
public sealed class CacheFolderTests
{
    private const string Variable = "BLOCKLLM_CACHE";

    private readonly string? _original = Environment.GetEnvironmentVariable(Variable);

    [TestCleanup]
    public void RestoreVariable() => Environment.SetEnvironmentVariable(Variable, _original);

    [TestMethod]
    public void The_variable_names_the_folder()
    {
        Environment.SetEnvironmentVariable(Variable, Path.GetTempPath());
        Assert.AreEqual(Path.GetFullPath(Path.GetTempPath()), CacheFolder.Root);
        Assert.AreEqual(Path.Combine(Path.GetTempPath(), "models", "use-lite"), CacheFolder.UseLite);
    }

    [TestMethod]
    public void An_empty_variable_is_like_none()
    {
        Environment.SetEnvironmentVariable(Variable, null);
        var without = CacheFolder.Root;
        Environment.SetEnvironmentVariable(Variable, "");
        Assert.AreEqual(without, CacheFolder.Root);
        Assert.AreEqual("blockllm", Path.GetFileName(without));
        Assert.IsTrue(Path.IsPathFullyQualified(without), without);
    }
}
