using Microsoft.ML.BlockLlm.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>Weights, and the index of those in several files.</summary>
internal static class WeightTargets
{
    private const string Index0 = "model.safetensors.index.json";

    // Of the header, garbage included; the data is read to where it belongs.
    private const int BytesPerByte = 16;
    private const long FixedBytes = 64 << 10;

    public static FuzzTarget Safetensors(string name)
    {
        var folder = new TemporaryFolder();
        var path = folder.File("hostile.safetensors");
        return new FuzzTarget(name, Seeds(), SafetensorsMutations.Mutate, input =>
        {
            File.WriteAllBytes(path, input);
            using var scope = NewDisposeScope();
            var file = SafetensorsFile.Open(path);
            foreach (var tensor in file.Tensors)
            {
                _ = file.MapTensor(tensor.Name);
                _ = file.ReadTensor(tensor.Name);
            }
        })
        { IsDocumented = exception => exception is SafetensorsException, Place = "hostile.safetensors", BytesPerByte = BytesPerByte, FixedBytes = FixedBytes, Owned = folder };
    }

    public static FuzzTarget SafetensorsStream(string name) => new(name, Seeds(), SafetensorsMutations.Mutate, input =>
    {
        foreach (var stream in (Stream[])[new MemoryStream(input), new ForwardStream(input)])
        {
            using (stream)
            {
                foreach (var tensor in SafetensorsFile.ReadAll(stream, "hostile").Values)
                    tensor.Dispose();
            }
        }
    })
    { IsDocumented = exception => exception is SafetensorsException, BytesPerByte = BytesPerByte, FixedBytes = FixedBytes };

    public static FuzzTarget Index(string name)
    {
        var folder = new TemporaryFolder();
        File.Copy(Corpus.Golden("types.safetensors"), folder.File("model-00001-of-00001.safetensors"));
        var tensors = SafetensorsFile.Open(folder.File("model-00001-of-00001.safetensors")).Tensors;
        var index = $$"""{"metadata": {"total_size": 100}, "weight_map": { {{string.Join(", ", tensors.Select(tensor => $"\"{tensor.Name}\": \"model-00001-of-00001.safetensors\""))}} } }""";
        return new FuzzTarget(name, [System.Text.Encoding.UTF8.GetBytes(index)], TokenMutations.Mutate, input =>
        {
            File.WriteAllBytes(folder.File(Index0), input);
            _ = WeightFiles.Open(folder.Path).ToList();
        })
        { IsDocumented = exception => exception is ModelLoadException, Place = Index0, Owned = folder };
    }

    private static byte[][] Seeds() => [File.ReadAllBytes(Corpus.Golden("types.safetensors")), SmallFile([2, 3], [0], []), SmallFile([1])];

    private static byte[] SmallFile(params long[][] shapes)
    {
        using var scope = NewDisposeScope();
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, shapes.Index().Select(item => ($"weight.{item.Index}", ones(item.Item))).ToList());
        return stream.ToArray();
    }

    /// <summary>A stream that can neither seek nor say how long it is, as what comes out of an archive or a network.</summary>
    private sealed class ForwardStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();
    }
}
