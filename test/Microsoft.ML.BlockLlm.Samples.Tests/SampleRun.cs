using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Microsoft.ML.BlockLlm.Samples.Tests;

/// <summary>What a sample printed, run as a user runs it: in a process and an empty folder of its own.</summary>
internal sealed class SampleRun
{
    private SampleRun(int exitCode, string output, string errors)
    {
        ExitCode = exitCode;
        Output = output;
        Errors = errors;
    }

    public int ExitCode { get; }

    public string Output { get; }

    public string Errors { get; }

    /// <summary>Runs a sample, which must succeed.</summary>
    /// <param name="sample">Its folder under <c>samples/</c>; its program has the name of the last part.</param>
    /// <param name="folder">The current folder of its process.</param>
    /// <param name="arguments">The command line.</param>
    public static SampleRun Succeeding(string sample, WorkingFolder folder, params string[] arguments)
    {
        var run = Start(sample, folder, arguments);
        Assert.AreEqual(0, run.ExitCode, run.Output + run.Errors);
        return run;
    }

    /// <summary>Runs a sample to its end, whichever it is.</summary>
    public static SampleRun Start(string sample, WorkingFolder folder, params string[] arguments)
    {
        using var process = Process.Start(StartInfo(sample, folder, arguments))!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new SampleRun(process.ExitCode, output, errors.Result);
    }

    /// <summary>How a sample is started.</summary>
    public static ProcessStartInfo StartInfo(string sample, WorkingFolder folder, params string[] arguments) =>
        new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Path.Combine(FolderOf(sample), "bin", Configuration, "net10.0", Path.GetFileName(sample) + ".dll"), .. arguments])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Numbers in one format everywhere; and tests share their machine, so threads that wait leave it to others.
            Environment = { ["LC_ALL"] = "C.UTF-8", ["OMP_WAIT_POLICY"] = "PASSIVE" },
        };

    /// <summary>The folder of the repository, with a slash at its end.</summary>
    public static string Repository => Metadata("Repository");

    /// <summary>The configuration that the samples are built in.</summary>
    public static string Configuration => Metadata("Configuration");

    /// <summary>The folder of a sample's sources.</summary>
    public static string FolderOf(string sample) => Path.Combine(Repository, "samples", sample);

    /// <summary>The text that the output has at the group of a pattern.</summary>
    public string Text(string pattern)
    {
        var match = Regex.Match(Output, pattern);
        Assert.IsTrue(match.Success, $"The output has nothing like '{pattern}':\n{Output}");
        return match.Groups[1].Value;
    }

    /// <summary>The number that the output has at the group of a pattern.</summary>
    public double Number(string pattern) => double.Parse(Text(pattern), NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    private static string Metadata(string key) =>
        typeof(SampleRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
