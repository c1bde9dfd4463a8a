using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Columns;

/// <summary>The values that the keys of a label column stand for, such as the names of the classes.</summary>
internal abstract class LabelValues
{
    /// <summary>Type of one value.</summary>
    public abstract PrimitiveDataViewType ItemType { get; }

    /// <summary>How many classes there are.</summary>
    public int Count => Names.Count;

    /// <summary>The values as text that does not depend on the culture and can be parsed back without loss.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    /// <summary>Adds the values to annotations under a name.</summary>
    public abstract void AddTo(DataViewSchema.Annotations.Builder annotations, string name);

    /// <summary>Whether both have the same values in the same order.</summary>
    public bool SameAs(LabelValues? other) =>
        other is not null && ItemType.Equals(other.ItemType) && Names.SequenceEqual(other.Names);

    /// <summary>Names of the types that the values may have.</summary>
    public static string SupportedTypes { get; } = string.Join(", ", Kind.All.Select(kind => kind.Type));

    /// <summary>Whether the values may have a type: those that a model file holds.</summary>
    public static bool Supports(DataViewType itemType) => KindOf(itemType) is not null;

    /// <summary>Type of the key values of a label column; null if its keys stand for nothing but themselves.</summary>
    public static DataViewType? TypeIn(DataViewSchema.Column label) =>
        label.Annotations.Schema.GetColumnOrNull(AnnotationNames.KeyValues)?.Type is VectorDataViewType vector
            && label.Type is KeyDataViewType key && key.Count == (ulong)vector.Size
            ? vector.ItemType
            : null;

    /// <summary>Type of the key values that a label column will have; null if it will have none.</summary>
    public static DataViewType? TypeIn(SchemaShape.Column label) =>
        label.Annotations.FirstOrDefault(annotation => annotation.Name == AnnotationNames.KeyValues && annotation.Kind == SchemaShape.Column.VectorKind.Vector).ItemType;

    /// <summary>Reads the key values of a label column that <see cref="InputColumns"/> has checked.</summary>
    /// <returns>Null if the keys of the column stand for nothing but themselves.</returns>
    public static LabelValues? Of(DataViewSchema.Column label) =>
        TypeIn(label) is { } type ? KindOf(type)!.Read(label) : null;

    /// <summary>Makes the values of a type from their <see cref="Names"/>.</summary>
    /// <exception cref="FormatException">There is no such type, or a name is no value of it.</exception>
    public static LabelValues Parse(string typeName, IReadOnlyList<string> names)
    {
        var kind = Kind.All.FirstOrDefault(k => k.Type.ToString() == typeName)
            ?? throw new FormatException($"Label values of type '{typeName}' are unknown.");
        try
        {
            return kind.Parse(names);
        }
        catch (OverflowException e)
        {
            throw new FormatException($"A label value does not fit the type {typeName}.", e);
        }
    }

    private static Kind? KindOf(DataViewType type) => Kind.All.FirstOrDefault(kind => kind.Type.Equals(type));

    private sealed class Typed<T>(PrimitiveDataViewType itemType, T[] values, Func<T, string> format) : LabelValues
    {
        public override PrimitiveDataViewType ItemType => itemType;

        public override IReadOnlyList<string> Names { get; } = [.. values.Select(format)];

        public override void AddTo(DataViewSchema.Annotations.Builder annotations, string name)
        {
            var buffer = new VBuffer<T>(values.Length, values);
            annotations.Add(name, new VectorDataViewType(itemType, values.Length), (ref VBuffer<T> value) => buffer.CopyTo(ref value));
        }
    }

    private abstract class Kind(PrimitiveDataViewType type)
    {
        public static readonly IReadOnlyList<Kind> All =
        [
            new Of<ReadOnlyMemory<char>>(TextDataViewType.Instance, value => value.ToString(), name => name.AsMemory()),
            new Of<bool>(BooleanDataViewType.Instance, value => value.ToString(), bool.Parse),
            Number<float>(NumberDataViewType.Single), Number<double>(NumberDataViewType.Double),
            Number<sbyte>(NumberDataViewType.SByte), Number<byte>(NumberDataViewType.Byte),
            Number<short>(NumberDataViewType.Int16), Number<ushort>(NumberDataViewType.UInt16),
            Number<int>(NumberDataViewType.Int32), Number<uint>(NumberDataViewType.UInt32),
            Number<long>(NumberDataViewType.Int64), Number<ulong>(NumberDataViewType.UInt64),
        ];

        public PrimitiveDataViewType Type => type;

        public abstract LabelValues Read(DataViewSchema.Column label);

        public abstract LabelValues Parse(IReadOnlyList<string> names);

        private static Of<T> Number<T>(NumberDataViewType type) where T : IParsable<T>, IFormattable =>
            new(type, value => value.ToString(null, CultureInfo.InvariantCulture), name => T.Parse(name, CultureInfo.InvariantCulture));

        private sealed class Of<T>(PrimitiveDataViewType type, Func<T, string> format, Func<string, T> parse) : Kind(type)
        {
            public override LabelValues Read(DataViewSchema.Column label)
            {
                VBuffer<T> values = default;
                label.Annotations.GetValue(AnnotationNames.KeyValues, ref values);
                return new Typed<T>(Type, [.. values.DenseValues()], format);
            }

            public override LabelValues Parse(IReadOnlyList<string> names) => new Typed<T>(Type, [.. names.Select(parse)], format);
        }
    }
}
