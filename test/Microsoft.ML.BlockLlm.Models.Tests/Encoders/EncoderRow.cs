using System.Text.Json;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>A row of token ids and segments, with what golden/encoders.py computed for it.</summary>
internal sealed record EncoderRow(int[] Ids, int[] Segments, float[] Logits, float[] MeanEmbedding)
{
    public static IReadOnlyList<EncoderRow> ReadAll(string folder) =>
        JsonSerializer.Deserialize<EncoderRow[]>(File.ReadAllBytes(Path.Combine(folder, "expected.json")), JsonSerializerOptions.Web)!;

    /// <summary>The logits of all rows with other activations.</summary>
    public static IReadOnlyDictionary<string, float[][]> LogitsByActivation(string folder) =>
        JsonSerializer.Deserialize<Dictionary<string, float[][]>>(File.ReadAllBytes(Path.Combine(folder, "activations.json")))!;

    /// <summary>The rows padded to the longest.</summary>
    public static TokenBatch Batch(IReadOnlyList<EncoderRow> rows, int paddingId)
    {
        var length = rows.Max(row => row.Ids.Length);
        long[] shape = [rows.Count, length];
        long[] Padded(Func<EncoderRow, int[]> values, int padding) =>
            [.. rows.SelectMany(row => values(row).Concat(Enumerable.Repeat(padding, length - row.Ids.Length)).Select(value => (long)value))];
        var mask = rows.SelectMany(row => Enumerable.Range(0, length).Select(column => column < row.Ids.Length)).ToArray();
        return new TokenBatch(
            tensor(Padded(row => row.Ids, paddingId), shape),
            mask.Contains(false) ? tensor(mask, shape) : null,
            tensor(Padded(row => row.Segments, 0), shape));
    }

    /// <summary>What golden/encoders.py computes from a folder's weights; the test is inconclusive where there is no PyTorch.</summary>
    public static float[][] LogitsInPython(string folder) =>
        JsonSerializer.Deserialize<float[][]>(PythonScript.Run("encoders.py", "logits", folder))!;

    public static void RequireClose(float[][] expected, float[][] actual, float tolerance)
    {
        Assert.HasCount(expected.Length, actual);
        for (var row = 0; row < expected.Length; row++)
        {
            Assert.HasCount(expected[row].Length, actual[row]);
            var difference = expected[row].Zip(actual[row], (left, right) => Math.Abs(left - right)).Max();
            Assert.IsTrue(difference <= tolerance, $"Row {row} is off by {difference}.");
        }
    }
}
