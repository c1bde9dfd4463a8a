namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>A folder that goes when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("blockllm-").FullName;

    /// <summary>The checkpoints in it by name, in order.</summary>
    public string[] Checkpoints => [.. Directory.GetDirectories(Path).Select(path => System.IO.Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
