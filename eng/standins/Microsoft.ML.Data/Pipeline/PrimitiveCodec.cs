namespace Microsoft.ML.Data;

/// <summary>Writes and reads values of primitive column types.</summary>
internal static class PrimitiveCodec
{
    public static void Write<T>(BinaryWriter writer, T value)
    {
        switch (value)
        {
            case ReadOnlyMemory<char> text: writer.Write(text.ToString()); break;
            case bool flag: writer.Write(flag); break;
            case sbyte number: writer.Write(number); break;
            case byte number: writer.Write(number); break;
            case short number: writer.Write(number); break;
            case ushort number: writer.Write(number); break;
            case int number: writer.Write(number); break;
            case uint number: writer.Write(number); break;
            case long number: writer.Write(number); break;
            case ulong number: writer.Write(number); break;
            case float number: writer.Write(number); break;
            case double number: writer.Write(number); break;
            default: throw new InvalidOperationException($"A value of type {typeof(T)} cannot be saved.");
        }
    }

    public static T Read<T>(BinaryReader reader) => (T)Read(reader, typeof(T));

    private static object Read(BinaryReader reader, Type type) => type == typeof(ReadOnlyMemory<char>)
        ? reader.ReadString().AsMemory()
        : Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => reader.ReadBoolean(),
            TypeCode.SByte => reader.ReadSByte(),
            TypeCode.Byte => reader.ReadByte(),
            TypeCode.Int16 => reader.ReadInt16(),
            TypeCode.UInt16 => reader.ReadUInt16(),
            TypeCode.Int32 => reader.ReadInt32(),
            TypeCode.UInt32 => reader.ReadUInt32(),
            TypeCode.Int64 => reader.ReadInt64(),
            TypeCode.UInt64 => reader.ReadUInt64(),
            TypeCode.Single => reader.ReadSingle(),
            TypeCode.Double => reader.ReadDouble(),
            _ => throw new InvalidOperationException($"A value of type {type} cannot be loaded."),
        };
}
