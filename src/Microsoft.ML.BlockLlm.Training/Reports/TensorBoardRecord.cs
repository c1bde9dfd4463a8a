using System.Buffers.Binary;
using System.Numerics;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Writes records as TensorFlow's <c>TFRecord</c> files have them: length, its checksum, the bytes, their checksum.</summary>
internal static class TensorBoardRecord
{
    private const int LengthSize = sizeof(ulong);
    private const int ChecksumSize = sizeof(uint);

    /// <summary>Writes a record.</summary>
    public static void Write(Stream stream, ReadOnlySpan<byte> record)
    {
        Span<byte> header = stackalloc byte[LengthSize + ChecksumSize];
        Span<byte> footer = stackalloc byte[ChecksumSize];
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)record.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[LengthSize..], MaskedChecksum(header[..LengthSize]));
        BinaryPrimitives.WriteUInt32LittleEndian(footer, MaskedChecksum(record));
        stream.Write(header);
        stream.Write(record);
        stream.Write(footer);
    }

    /// <summary>CRC-32C (Castagnoli), masked as TensorFlow does, so that a checksum of bytes with checksums among them is still a good one.</summary>
    private static uint MaskedChecksum(ReadOnlySpan<byte> bytes)
    {
        const uint Mask = 0xA282EAD8;
        var checksum = uint.MaxValue;
        foreach (var item in bytes)
            checksum = BitOperations.Crc32C(checksum, item);
        return BitOperations.RotateRight(~checksum, 15) + Mask;
    }
}
