namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>The files that inputs are made of.</summary>
internal static class Corpus
{
    /// <summary>Inputs that went wrong once, one that is read, and some that are refused in different places, by the name of the file.</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> Of(string target)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "corpus", target);
        return Directory.Exists(folder)
            ? Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(path => (Path.GetFileName(path), File.ReadAllBytes(path)))
            : [];
    }

    /// <summary>A file or folder beside the scripts that make golden values.</summary>
    public static string Golden(string name) => Path.Combine(AppContext.BaseDirectory, "golden", name);

    /// <summary>The files of a name in all golden folders of models and tokenizers.</summary>
    /// <param name="name">The name.</param>
    /// <param name="largest">Larger ones are left out: a change of theirs is lost in their size.</param>
    public static byte[][] GoldenFiles(string name, int largest = 8192) =>
        [.. Directory.EnumerateFiles(Golden(""), name, SearchOption.AllDirectories).Order(StringComparer.Ordinal).Where(path => new FileInfo(path).Length <= largest).Select(File.ReadAllBytes)];

    /// <summary>All files of a golden folder.</summary>
    public static Dictionary<string, byte[]> GoldenFolder(string name) => Directory.GetFiles(Golden(name)).ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes);
}
