using System.Collections.Immutable;
using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Keeps a schema with its annotations in a stream. (The original uses its binary data format for that.)</summary>
internal static class SchemaFile
{
    private const byte KeyFlag = 0x40;
    private const byte VectorFlag = 0x80;

    public static void Write(DataViewSchema schema, Stream stream)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        WriteSchema(writer, schema);
    }

    public static DataViewSchema Read(Stream stream)
    {
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        var builder = new DataViewSchema.Builder();
        for (int count = ReadCount(reader); count > 0; count--)
            builder.AddColumn(reader.ReadString(), ReadType(reader), ReadAnnotations(reader));
        return builder.ToSchema();
    }

    private static void WriteSchema(BinaryWriter writer, DataViewSchema schema)
    {
        writer.Write(schema.Count);
        foreach (var column in schema)
        {
            writer.Write(column.Name);
            WriteType(writer, column.Type);
            writer.Write(column.Annotations.Schema.Count);
            foreach (var annotation in column.Annotations.Schema)
            {
                writer.Write(annotation.Name);
                WriteType(writer, annotation.Type);
                Generic.Invoke<object>(WriteAnnotation<int>, ItemType(annotation.Type).RawType, writer, column.Annotations, annotation);
            }
        }
    }

    private static DataViewSchema.Annotations ReadAnnotations(BinaryReader reader)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        for (int count = ReadCount(reader); count > 0; count--)
        {
            string name = reader.ReadString();
            var type = ReadType(reader);
            Generic.Invoke<object>(ReadAnnotation<int>, ItemType(type).RawType, reader, builder, name, type);
        }
        return builder.ToAnnotations();
    }

    private static object WriteAnnotation<TItem>(BinaryWriter writer, DataViewSchema.Annotations annotations, DataViewSchema.Column annotation)
    {
        VBuffer<TItem> values = default;
        if (annotation.Type is VectorDataViewType)
        {
            annotations.GetValue(annotation.Name, ref values);
        }
        else
        {
            TItem value = default;
            annotations.GetValue(annotation.Name, ref value);
            values = new VBuffer<TItem>(1, [value]);
        }
        writer.Write(values.Length);
        foreach (var value in values.DenseValues())
            PrimitiveCodec.Write(writer, value);
        return null;
    }

    private static object ReadAnnotation<TItem>(BinaryReader reader, DataViewSchema.Annotations.Builder builder, string name, DataViewType type)
    {
        var items = new List<TItem>();
        for (int count = ReadCount(reader); count > 0; count--)
            items.Add(PrimitiveCodec.Read<TItem>(reader));
        if (type is VectorDataViewType)
        {
            var values = new VBuffer<TItem>(items.Count, items.ToArray());
            builder.Add(name, type, (ref VBuffer<TItem> destination) => values.CopyTo(ref destination));
        }
        else
        {
            builder.AddPrimitiveValue(name, (PrimitiveDataViewType)type, items.Single());
        }
        return null;
    }

    private static void WriteType(BinaryWriter writer, DataViewType type)
    {
        var item = ItemType(type);
        var vector = type as VectorDataViewType;
        var key = item as KeyDataViewType;
        var kind = (byte)(DataKinds.FromType(item.RawType)
            ?? throw new InvalidOperationException($"A column of type {type} cannot be saved."));
        writer.Write((byte)(kind | (key == null ? 0 : KeyFlag) | (vector == null ? 0 : VectorFlag)));
        if (key != null)
            writer.Write(key.Count);
        if (vector == null)
            return;
        writer.Write(vector.Dimensions.Length);
        foreach (int dimension in vector.Dimensions)
            writer.Write(dimension);
    }

    private static DataViewType ReadType(BinaryReader reader)
    {
        byte code = reader.ReadByte();
        var item = ((DataKind)(code & ~(KeyFlag | VectorFlag))).ToPrimitiveType();
        if ((code & KeyFlag) != 0)
            item = new KeyDataViewType(item.RawType, reader.ReadUInt64());
        if ((code & VectorFlag) == 0)
            return item;
        var dimensions = ImmutableArray.CreateBuilder<int>();
        for (int count = ReadCount(reader); count > 0; count--)
            dimensions.Add(reader.ReadInt32());
        return new VectorDataViewType(item, dimensions.ToImmutable());
    }

    private static PrimitiveDataViewType ItemType(DataViewType type) => (type as VectorDataViewType)?.ItemType ?? (PrimitiveDataViewType)type;

    private static int ReadCount(BinaryReader reader)
    {
        int count = reader.ReadInt32();
        Contracts.CheckDecode(count >= 0, "Corrupt schema: a count is negative.");
        return count;
    }
}
