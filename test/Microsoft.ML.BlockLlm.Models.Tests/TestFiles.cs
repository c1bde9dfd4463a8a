using System.Text.Json;
using Microsoft.ML.BlockLlm.Setup;

namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>Where the files of tests are.</summary>
internal static class TestFiles
{
    /// <summary>A file or folder beside the scripts that make golden values.</summary>
    public static string Golden(string name) => Path.Combine(AppContext.BaseDirectory, "golden", name);

    /// <summary>The tiny encoder that golden/use_lite_tiny.py makes.</summary>
    public static string TinyUseLite => Golden("use-lite-tiny");

    /// <summary>The real encoder; the test is inconclusive where it has not been fetched.</summary>
    public static string RealUseLite
    {
        get
        {
            if (!Directory.Exists(CacheFolder.UseLite))
                Assert.Inconclusive("The Universal Sentence Encoder lite is not in the cache folder: dotnet run --project eng/setup -- use-lite");
            return CacheFolder.UseLite;
        }
    }

    /// <summary>The real encoder's known answers; the test is inconclusive where the data folder is missing.</summary>
    public static IReadOnlyList<KnownAnswer> RealUseLiteAnswers
    {
        get
        {
            var path = Data("use-lite/known_answers.json");
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return json.RootElement.GetProperty("items").Deserialize<KnownAnswer[]>(JsonSerializerOptions.Web)!;
        }
    }

    /// <summary>A file or folder of the real data; the test is inconclusive where it is missing.</summary>
    public static string Data(string name)
    {
        var data = Environment.GetEnvironmentVariable("BLOCKLLM_DATA") ?? Path.Combine(RepositoryRoot, "..", "shared", "data");
        var path = Path.Combine(data, name);
        if (!Path.Exists(path))
            Assert.Inconclusive($"{name} is not in the folder that BLOCKLLM_DATA names (default: ../shared/data beside the repository).");
        return path;
    }

    /// <summary>What the tiny encoder must give.</summary>
    public static IReadOnlyList<KnownAnswer> TinyUseLiteAnswers { get; } =
        JsonSerializer.Deserialize<KnownAnswer[]>(File.ReadAllBytes(Path.Combine(TinyUseLite, "expected.json")), JsonSerializerOptions.Web)!;

    private static string RepositoryRoot
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Microsoft.ML.BlockLlm.sln")))
                folder = folder.Parent!;
            return folder.FullName;
        }
    }
}

/// <summary>A text with the ids and the sentence embedding that it must get.</summary>
internal sealed record KnownAnswer(string Text, int[] Ids, float[] Embedding);
