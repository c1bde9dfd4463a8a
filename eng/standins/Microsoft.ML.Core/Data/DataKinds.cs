namespace Microsoft.ML.Data;

/// <summary>The primitive types behind data kinds and .NET types.</summary>
internal static class DataKinds
{
    extension(KeyDataViewType key)
    {
        /// <summary>The number type with a key's raw type.</summary>
        public PrimitiveDataViewType NumberType => PrimitiveTypeOrNull(key.RawType);
    }

    public static PrimitiveDataViewType ToPrimitiveType(this DataKind kind) => kind switch
    {
        DataKind.SByte => NumberDataViewType.SByte,
        DataKind.Byte => NumberDataViewType.Byte,
        DataKind.Int16 => NumberDataViewType.Int16,
        DataKind.UInt16 => NumberDataViewType.UInt16,
        DataKind.Int32 => NumberDataViewType.Int32,
        DataKind.UInt32 => NumberDataViewType.UInt32,
        DataKind.Int64 => NumberDataViewType.Int64,
        DataKind.UInt64 => NumberDataViewType.UInt64,
        DataKind.Single => NumberDataViewType.Single,
        DataKind.Double => NumberDataViewType.Double,
        DataKind.String => TextDataViewType.Instance,
        DataKind.Boolean => BooleanDataViewType.Instance,
        DataKind.DateTime => DateTimeDataViewType.Instance,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), $"Data kind {kind} is not supported."),
    };

    /// <summary>The kind of a .NET type; strings and chunks of characters are text. Null if the type has none.</summary>
    public static DataKind? FromType(Type type)
    {
        if (type == typeof(string) || type == typeof(ReadOnlyMemory<char>))
            return DataKind.String;
        return Type.GetTypeCode(type) switch
        {
            TypeCode.SByte => DataKind.SByte,
            TypeCode.Byte => DataKind.Byte,
            TypeCode.Int16 => DataKind.Int16,
            TypeCode.UInt16 => DataKind.UInt16,
            TypeCode.Int32 => DataKind.Int32,
            TypeCode.UInt32 => DataKind.UInt32,
            TypeCode.Int64 => DataKind.Int64,
            TypeCode.UInt64 => DataKind.UInt64,
            TypeCode.Single => DataKind.Single,
            TypeCode.Double => DataKind.Double,
            TypeCode.Boolean => DataKind.Boolean,
            TypeCode.DateTime => DataKind.DateTime,
            _ => null,
        };
    }

    public static PrimitiveDataViewType PrimitiveTypeOrNull(Type type) => FromType(type)?.ToPrimitiveType();
}
