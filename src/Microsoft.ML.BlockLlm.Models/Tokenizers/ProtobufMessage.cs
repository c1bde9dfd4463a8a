namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Reads the fields of a protocol buffer message, in the encoding that protobuf.dev describes.</summary>
internal readonly record struct ProtobufMessage(ReadOnlyMemory<byte> Bytes)
{
    private const ulong MaxNumber = (1 << 29) - 1;

    /// <summary>The fields, in the order of the file.</summary>
    /// <exception cref="FormatException">The bytes are no message.</exception>
    public IEnumerable<ProtobufField> Fields()
    {
        for (var position = 0; position < Bytes.Length;)
        {
            var tag = ReadNumber(ref position);
            if (tag >> 3 is 0 or > MaxNumber)
                throw new FormatException($"the field before byte {position} has the number {tag >> 3}, which does not exist");
            var number = (int)(tag >> 3);
            yield return (tag & 7) switch
            {
                0 => new ProtobufField(number, ReadNumber(ref position), default),
                1 => new ProtobufField(number, 0, Take(8, ref position)),
                2 => new ProtobufField(number, 0, Take(ReadNumber(ref position), ref position)),
                5 => new ProtobufField(number, 0, Take(4, ref position)),
                var kind => throw new FormatException($"the field at byte {position} is of kind {kind}, which does not exist"),
            };
        }
    }

    private ulong ReadNumber(ref int position)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Take(1, ref position).Span[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
        throw new FormatException($"the number before byte {position} has no end");
    }

    private ReadOnlyMemory<byte> Take(ulong length, ref int position)
    {
        if (length > (ulong)(Bytes.Length - position))
            throw new FormatException($"it ends in the middle of the field at byte {position}");
        var taken = Bytes.Slice(position, (int)length);
        position += (int)length;
        return taken;
    }
}

/// <summary>A field of a message.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Value">Its value, if it is a whole number.</param>
/// <param name="Bytes">Its bytes, if it is text, a floating-point number or a message.</param>
internal readonly record struct ProtobufField(int Number, ulong Value, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Its bytes as a message.</summary>
    public ProtobufMessage Message => new(Bytes);
}
