using System.Buffers.Binary;

namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>Changes bytes without a thought of what they mean: flips bits, puts in numbers at the edges of types, cuts off, takes out, doubles, and splices with other files.</summary>
internal static class ByteMutations
{
    private static readonly long[] s_edges =
    [
        0, 1, -1, 2, 7, 8, 16, 100, 127, 128, 255, 256, 1000, 32767, 32768, 65535, 65536, 1 << 20, 1 << 24, 100_000_000, 100_000_001,
        int.MaxValue - 1L, int.MaxValue, int.MaxValue + 1L, int.MinValue, uint.MaxValue, uint.MaxValue + 1L, 1L << 40, 1L << 61, 1L << 62, long.MaxValue - 1, long.MaxValue, long.MinValue,
    ];

    /// <summary>Makes one change or a few.</summary>
    public static byte[] Mutate(Random random, byte[] seed, IReadOnlyList<byte[]> others)
    {
        List<byte> bytes = [.. seed];
        for (var more = true; more; more = random.Next(3) == 0)
            Change(random, bytes, others);
        return [.. bytes];
    }

    private static void Change(Random random, List<byte> bytes, IReadOnlyList<byte[]> others)
    {
        var place = random.Next(bytes.Count + 1);
        var length = Math.Min(random.Next(1, random.Next(2) == 0 ? 9 : 257), bytes.Count - place);
        switch (random.Next(9))
        {
            case 0 when length > 0:
                bytes[place] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when length > 0:
                bytes[place] = (byte)random.Next(256);
                break;
            case 2:
                Overwrite(bytes, place, Edge(random));
                break;
            case 3:
                bytes.InsertRange(place, Edge(random));
                break;
            case 4:
                bytes.RemoveRange(place, length);
                break;
            case 5:
                bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(place, length));
                break;
            case 6 when random.Next(4) == 0:
                bytes.RemoveRange(place, bytes.Count - place);
                break;
            case 7:
                var other = others[random.Next(others.Count)];
                var from = random.Next(other.Length + 1);
                bytes.RemoveRange(place, length);
                bytes.InsertRange(place, other[from..Math.Min(other.Length, from + random.Next(1, 257))]);
                break;
            case 8:
                bytes.InsertRange(place, Enumerable.Repeat((byte)random.Next(256), random.Next(1, random.Next(50) == 0 ? 20_000 : 50)));
                break;
        }
    }

    // A number in 1, 2, 4 or 8 bytes of either order, or as a varint.
    private static byte[] Edge(Random random)
    {
        var value = s_edges[random.Next(s_edges.Length)];
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        var width = 1 << random.Next(5);
        if (width == 16)
            return Varint(unchecked((ulong)value));
        bytes = bytes[..width];
        if (random.Next(4) == 0)
            Array.Reverse(bytes);
        return bytes;
    }

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        return [.. bytes, (byte)value];
    }

    private static void Overwrite(List<byte> bytes, int place, byte[] by)
    {
        bytes.RemoveRange(place, Math.Min(by.Length, bytes.Count - place));
        bytes.InsertRange(place, by);
    }
}
