namespace TorchSharp.Utils;

/// <summary>Numbers in LEB128, seven bits a byte from the lowest, as the original's files have them.</summary>
internal static class BinaryFormat
{
    internal static void Encode(this BinaryWriter writer, long value) => writer.Write7BitEncodedInt64(value);

    internal static long Decode(this BinaryReader reader) => reader.Read7BitEncodedInt64();
}
