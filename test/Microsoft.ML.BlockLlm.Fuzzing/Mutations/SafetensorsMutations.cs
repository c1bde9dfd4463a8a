using System.Buffers.Binary;

namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>Changes the header of a safetensors file, mostly with a length that is true again, or any of its bytes.</summary>
internal static class SafetensorsMutations
{
    public static byte[] Mutate(Random random, byte[] seed, IReadOnlyList<byte[]> others)
    {
        if (random.Next(4) == 0 || !TrySplit(seed, out var header, out var data))
            return ByteMutations.Mutate(random, seed, others);
        var headers = others.Select(other => TrySplit(other, out var json, out _) ? json : other).ToList();
        var changed = TokenMutations.Mutate(random, header, headers);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, changed.Length);
        return [.. length, .. changed, .. random.Next(8) == 0 ? ByteMutations.Mutate(random, data, [data]) : data];
    }

    private static bool TrySplit(byte[] file, out byte[] header, out byte[] data)
    {
        var length = file.Length < 8 ? ulong.MaxValue : BinaryPrimitives.ReadUInt64LittleEndian(file);
        var isWhole = length <= (ulong)Math.Max(0, file.Length - 8);
        (header, data) = isWhole ? (file[8..(8 + (int)length)], file[(8 + (int)length)..]) : ([], []);
        return isWhole;
    }
}
