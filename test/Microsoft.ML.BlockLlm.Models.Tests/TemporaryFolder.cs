namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>A new folder that goes away with its test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("blockllm-").FullName;

    /// <summary>A folder with a copy of the tiny encoder.</summary>
    public static TemporaryFolder WithTinyUseLite() => CopyOf(TestFiles.TinyUseLite);

    /// <summary>A folder with a copy of another one's files.</summary>
    public static TemporaryFolder CopyOf(string directory)
    {
        var folder = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(directory))
            System.IO.File.Copy(file, folder.File(System.IO.Path.GetFileName(file)));
        return folder;
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Replace(string name, string what, string by)
    {
        var text = System.IO.File.ReadAllText(File(name));
        Assert.Contains(what, text);
        System.IO.File.WriteAllText(File(name), text.Replace(what, by, StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
