using System.Text.Json;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Standins.Tests.TorchSharp;

/// <summary>The values that golden/torch_golden.py wrote with PyTorch.</summary>
internal static class Golden
{
    internal static JsonElement Read(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "TorchSharp", "golden", name);
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }

    internal static Tensor[] Tensors(JsonElement array) => [.. array.EnumerateArray().Select(Tensor)];

    internal static Tensor Tensor(JsonElement json) => tensor(Floats(json.GetProperty("values")), Shape(json));

    internal static void AssertEqual(JsonElement expected, Tensor actual, double tolerance = 1e-5)
    {
        CollectionAssert.AreEqual(Shape(expected), actual.shape);
        AssertEqual(Floats(expected.GetProperty("values")), actual.to(ScalarType.Float32).data<float>().ToArray(), tolerance);
    }

    internal static void AssertEqual(float[] expected, float[] actual, double tolerance = 1e-5)
    {
        Assert.AreEqual(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], tolerance * Math.Max(1, Math.Abs(expected[i])), $"element {i}");
    }

    internal static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetSingle())];

    private static long[] Shape(JsonElement json) => [.. json.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
}
