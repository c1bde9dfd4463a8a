namespace Microsoft.ML.BlockLlm.Samples.Tests;

/// <summary>An empty folder, deleted in the end.</summary>
internal sealed class WorkingFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("blockllm-sample-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
