using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>A folder that golden/decoders.py makes: a tiny decoder, rows of ids, and the logits that they must get.</summary>
internal sealed record GoldenDecoder(long[][] Rows, float[][][] Logits, IReadOnlyList<ScaledLogits>? Scaled = null)
{
    public const double Tolerance = 1e-5;

    public static IEnumerable<object[]> Names => [["llama"], ["llama3"], ["llama-bias"], ["mistral"], ["qwen2"], ["gpt2"]];

    public static string FolderOf(string name) => TestFiles.Golden(name + "-tiny");

    /// <summary>A copy of the folder with a tokenizer whose ids the model knows.</summary>
    public static TemporaryFolder FolderWithTokenizer(string name)
    {
        var folder = TemporaryFolder.CopyOf(FolderOf(name));
        File.Copy(Path.Combine(TestFiles.TinyUseLite, "tokenizer.json"), folder.File("tokenizer.json"));
        return folder;
    }

    public static GoldenDecoder Read(string name) =>
        JsonSerializer.Deserialize<GoldenDecoder>(File.ReadAllBytes(Path.Combine(FolderOf(name), "expected.json")), JsonSerializerOptions.Web)!;

    /// <summary>The rows as one batch, the shorter ones padded.</summary>
    public TokenBatch Batch(bool padLeft = false)
    {
        var length = Rows.Max(row => row.Length);
        var ids = Rows.SelectMany(row => Pad(row, length, padLeft, 7L)).ToArray();
        var mask = Rows.SelectMany(row => Pad(Array.ConvertAll(row, _ => true), length, padLeft, false)).ToArray();
        return new TokenBatch(tensor(ids).view(Rows.Length, length), tensor(mask).view(Rows.Length, length));
    }

    /// <summary>Asserts that the logits <c>[batch, tokens, vocabulary]</c> at the tokens of each row are those expected.</summary>
    public static void AssertLogits(float[][][] expected, Tensor logits, bool padLeft = false)
    {
        for (var row = 0; row < expected.Length; row++)
        {
            var count = expected[row].Length;
            var first = padLeft ? logits.shape[1] - count : 0;
            using var scope = NewDisposeScope();
            var wanted = tensor([.. expected[row].SelectMany(token => token)]).view(count, -1);
            var error = (logits[row].narrow(0, first, count).detach() - wanted).abs().max().item<float>();
            Assert.IsTrue(error <= Tolerance, $"Row {row} is off by {error}.");
        }
    }

    private static IEnumerable<T> Pad<T>(T[] row, int length, bool left, T by)
    {
        var padding = Enumerable.Repeat(by, length - row.Length);
        return left ? padding.Concat(row) : row.Concat(padding);
    }
}

/// <summary>The logits of the same weights with positions stretched, for a model that was trained on so many tokens.</summary>
internal sealed record ScaledLogits(
    [property: JsonPropertyName("rope_scaling")] JsonObject RopeScaling, [property: JsonPropertyName("max_position_embeddings")] int MaxTokens, float[][][] Logits)
{
    /// <summary>A copy of the tiny LLaMA's folder whose positions are stretched so.</summary>
    public TemporaryFolder Folder()
    {
        var folder = TemporaryFolder.CopyOf(GoldenDecoder.FolderOf("llama"));
        var config = JsonNode.Parse(File.ReadAllText(folder.File("config.json")))!;
        config["rope_scaling"] = RopeScaling.DeepClone();
        config["max_position_embeddings"] = MaxTokens;
        File.WriteAllText(folder.File("config.json"), config.ToJsonString());
        return folder;
    }
}
