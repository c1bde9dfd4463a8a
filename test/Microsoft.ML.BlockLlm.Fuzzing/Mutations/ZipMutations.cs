using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>Changes what is inside a zip archive, an entry by what it is, or the entries' names and number; or any byte of the archive.</summary>
internal static class ZipMutations
{
    private static readonly string[] s_names = ["../escaped", "/absolute", "..\\escaped", " ", "model.zip", "config.json", "Model.key"];

    // Inputs are made of the same few archives again and again.
    private static readonly ConditionalWeakTable<byte[], List<(string Name, byte[] Bytes)>> s_entries = [];

    public static byte[] Mutate(Random random, byte[] seed, IReadOnlyList<byte[]> others)
    {
        if (random.Next(4) == 0 || s_entries.GetValue(seed, TryUnpack) is not { Count: > 0 } unpacked)
            return ByteMutations.Mutate(random, seed, others);
        List<(string Name, byte[] Bytes)> entries = [.. unpacked];
        var index = random.Next(entries.Count);
        var (name, bytes) = entries[index];
        switch (random.Next(8))
        {
            case 0:
                entries.RemoveAt(index);
                break;
            case 1:
                entries.Add((name, Changed(random, name, bytes)));
                break;
            case 2:
                entries[index] = (s_names[random.Next(s_names.Length)], bytes);
                break;
            case 3:
                entries[index] = (name, entries[random.Next(entries.Count)].Bytes);
                break;
            default:
                entries[index] = (name, Changed(random, name, bytes));
                break;
        }
        return Archive.Pack(entries, CompressionLevel.NoCompression);
    }

    private static byte[] Changed(Random random, string name, byte[] bytes) => Path.GetExtension(name) switch
    {
        ".json" or ".txt" or ".jinja" => TokenMutations.Mutate(random, bytes, [bytes]),
        ".safetensors" => SafetensorsMutations.Mutate(random, bytes, [bytes]),
        _ => ByteMutations.Mutate(random, bytes, [bytes]),
    };

    private static List<(string Name, byte[] Bytes)> TryUnpack(byte[] archive)
    {
        try
        {
            return Archive.Unpack(archive);
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }
}
