using System.Text.Json;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Setup;

/// <summary>The weights of a TensorFlow.js graph model: <c>model.json</c> names them, shards beside it hold them one after the other.</summary>
internal sealed class TfjsWeights
{
    private readonly byte[] _bytes;
    private readonly Dictionary<string, (long[] Shape, int Begin)> _tensors = [];

    public TfjsWeights(string modelPath)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(modelPath));
        var manifest = json.RootElement.GetProperty("weightsManifest")[0];
        var folder = Path.GetDirectoryName(modelPath)!;
        _bytes = [.. manifest.GetProperty("paths").EnumerateArray().SelectMany(path => File.ReadAllBytes(Path.Combine(folder, path.GetString()!)))];
        var begin = 0;
        foreach (var weight in manifest.GetProperty("weights").EnumerateArray())
        {
            long[] shape = [.. weight.GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetInt64())];
            _tensors.Add(weight.GetProperty("name").GetString()!, (shape, begin));
            // Its element types, float32 and int32, have four bytes each.
            begin += sizeof(float) * (int)shape.Aggregate(1L, (count, dimension) => count * dimension);
        }
    }

    /// <summary>A float32 tensor by name.</summary>
    public Tensor this[string name]
    {
        get
        {
            var (shape, begin) = _tensors[name];
            var tensor = empty(shape, float32);
            _bytes.AsSpan(begin, tensor.bytes.Length).CopyTo(tensor.bytes);
            return tensor;
        }
    }
}
