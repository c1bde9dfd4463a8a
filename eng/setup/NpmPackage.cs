using System.ComponentModel;
using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Microsoft.ML.BlockLlm.Setup;

/// <summary>A package of the npm registry, pinned to its content.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Sha512">SHA-512 of the packed file, base64, as the registry's <c>dist.integrity</c> gives it.</param>
internal sealed record NpmPackage(string Name, string Version, string Sha512)
{
    /// <summary>Downloads, checks and unpacks the package.</summary>
    /// <param name="workFolder">An empty folder for it.</param>
    /// <returns>The folder with the package's files.</returns>
    public string Fetch(string workFolder)
    {
        RunNpm(workFolder);
        var packed = Directory.GetFiles(workFolder, "*.tgz");
        if (packed.Length != 1)
            throw new SetupException($"npm pack gave {packed.Length} files for {Name}@{Version} where one was due. Try again with another version of npm.");
        RequireDigest(packed[0]);
        var unpacked = Path.Combine(workFolder, "unpacked");
        Unpack(packed[0], unpacked);
        return Path.Combine(unpacked, "package");
    }

    private void RunNpm(string workFolder)
    {
        string[] arguments = ["pack", $"{Name}@{Version}", "--silent", "--pack-destination", workFolder];
        // On Windows npm is a script, which only the shell can start.
        var start = OperatingSystem.IsWindows() ? new ProcessStartInfo("cmd", ["/c", "npm", .. arguments]) : new ProcessStartInfo("npm", arguments);
        start.WorkingDirectory = workFolder;
        start.RedirectStandardOutput = start.RedirectStandardError = start.RedirectStandardInput = true;
        try
        {
            using var npm = Process.Start(start)!;
            npm.StandardInput.Close();
            var errors = npm.StandardError.ReadToEndAsync();
            npm.StandardOutput.ReadToEnd();
            npm.WaitForExit();
            if (npm.ExitCode != 0)
                throw new SetupException($"npm could not fetch {Name}@{Version}. Check that this machine reaches its npm registry. {errors.Result.Trim()}".TrimEnd());
        }
        catch (Win32Exception)
        {
            throw new SetupException($"{Name} is fetched with npm, which this machine does not have. Install Node.js with npm and try again.");
        }
    }

    private void RequireDigest(string path)
    {
        using var stream = File.OpenRead(path);
        if (Convert.ToBase64String(SHA512.HashData(stream)) != Sha512)
            throw new SetupException($"The file that npm gave for {Name}@{Version} is not the one that this program was written for (its SHA-512 differs). It is not used.");
    }

    private static void Unpack(string path, string folder)
    {
        var root = Path.GetFullPath(folder) + Path.DirectorySeparatorChar;
        using var stream = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var archive = new TarReader(stream);
        while (archive.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                continue;
            var target = Path.GetFullPath(Path.Combine(folder, entry.Name));
            if (!target.StartsWith(root, StringComparison.Ordinal))
                throw new SetupException($"The package holds the file '{entry.Name}', which would be written outside its folder. It is not used.");
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            using var file = File.Create(target);
            entry.DataStream?.CopyTo(file);
        }
    }
}
