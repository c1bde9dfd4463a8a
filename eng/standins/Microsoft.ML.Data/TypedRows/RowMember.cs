using System.Linq.Expressions;
using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A field or property of a user's class as a column: strings are text, arrays are vectors.</summary>
internal sealed class RowMember
{
    private readonly MemberInfo _member;

    // Compiled once: data is read by many cursors.
    private Delegate _reader;
    private readonly Type _itemType;

    private RowMember(MemberInfo member)
    {
        _member = member;
        Type = member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;
        IsVBuffer = Type.IsGenericType && Type.GetGenericTypeDefinition() == typeof(VBuffer<>);
        IsVector = Type.IsArray || IsVBuffer;
        _itemType = Type.IsArray ? Type.GetElementType() : IsVBuffer ? Type.GetGenericArguments()[0] : Type;
        ItemRawType = _itemType == typeof(string) ? typeof(ReadOnlyMemory<char>) : _itemType;
    }

    public string Name => _member.Name;

    public string ColumnName => _member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? Name;

    public Type Type { get; }

    public bool IsVector { get; }

    public bool IsVBuffer { get; }

    public Type ItemRawType { get; }

    public DataViewType ColumnType
    {
        get
        {
            var item = DataKinds.PrimitiveTypeOrNull(ItemRawType)
                ?? throw new ArgumentOutOfRangeException("rawType", $"Could not determine an IDataView type and registered custom types for member {Name}");
            if (_member.GetCustomAttribute<KeyTypeAttribute>() is { } key)
            {
                Contracts.CheckParam(KeyDataViewType.IsValidDataType(ItemRawType), "userType", $"Member {Name} marked with KeyType attribute, but does not appear to be a valid kind of data for a key type");
                item = new KeyDataViewType(ItemRawType, key.Count);
            }
            var vector = _member.GetCustomAttribute<VectorTypeAttribute>();
            Contracts.CheckParam(vector == null || IsVector, "userType", $"Member {Name} marked with {nameof(VectorTypeAttribute)}, but does not appear to be a vector type");
            if (!IsVector)
                return item;
            return vector is { Dimensions.Length: > 0 } ? new VectorDataViewType(item, vector.Dimensions) : new VectorDataViewType(item);
        }
    }

    public static IEnumerable<RowMember> Of(Type userType, SchemaDefinition.Direction direction)
    {
        bool IsUsable(PropertyInfo property) => property.GetIndexParameters().Length == 0
            && ((direction.HasFlag(SchemaDefinition.Direction.Read) && property.GetGetMethod() != null)
                || (direction.HasFlag(SchemaDefinition.Direction.Write) && property.GetSetMethod() != null));

        const BindingFlags instance = BindingFlags.Public | BindingFlags.Instance;
        return userType.GetFields(instance).Cast<MemberInfo>()
            .Concat(userType.GetProperties(instance).Where(IsUsable))
            .Where(member => member.GetCustomAttribute<NoColumnAttribute>() == null)
            .Select(member => new RowMember(member))
            .Where(member => member.Type != typeof(IChannel));
    }

    public static RowMember Find(Type userType, string name)
    {
        var member = (MemberInfo)userType.GetField(name) ?? userType.GetProperty(name);
        return member == null ? null : new RowMember(member);
    }

    /// <summary>True if values of the column type can be written to this member.</summary>
    public bool Accepts(DataViewType columnType) =>
        ((columnType as VectorDataViewType)?.ItemType.RawType ?? columnType.RawType) == ItemRawType && columnType is VectorDataViewType == IsVector;

    public void CheckFits(DataViewType columnType, string columnName)
    {
        static string Shape(bool isVector) => isVector ? "vector" : "scalar";
        var vector = columnType as VectorDataViewType;
        Contracts.CheckParam(IsVector == (vector != null), "userSchemaDefinition",
            $"Column '{columnName}' is supposed to be {Shape(vector != null)}, but type of associated field '{Name}' is {Shape(IsVector)}");
        var rawType = vector?.ItemType.RawType ?? columnType.RawType;
        Contracts.CheckParam(rawType == ItemRawType, "userSchemaDefinition",
            $"Column '{columnName}' is supposed to have item type {rawType}, but associated field has type {ItemRawType}");
    }

    /// <summary>A column getter that reads this member of the current row.</summary>
    public Delegate CreateGetter<TRow>(Func<TRow> current)
    {
        if (Type == typeof(string))
        {
            var read = Reader<TRow, string>();
            return (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = read(current()).AsMemory());
        }
        if (Type == typeof(string[]))
        {
            var read = Reader<TRow, string[]>();
            return (ValueGetter<VBuffer<ReadOnlyMemory<char>>>)((ref VBuffer<ReadOnlyMemory<char>> value) =>
                Fill(read(current()), text => text.AsMemory(), ref value));
        }
        return Generic.Invoke<Delegate>(Type.IsArray ? CreateArrayGetter<TRow, int> : IsVBuffer ? CreateVBufferGetter<TRow, int> : CreateScalarGetter<TRow, int>,
            [typeof(TRow), _itemType], this, current);
    }

    /// <summary>Copies the column's current value to this member of an object.</summary>
    public Action<TRow> CreateSetter<TRow>(DataViewRow row, DataViewSchema.Column column)
    {
        if (Type == typeof(string))
        {
            var getter = row.GetGetter<ReadOnlyMemory<char>>(column);
            var write = Writer<TRow, string>();
            ReadOnlyMemory<char> value = default;
            return target =>
            {
                getter(ref value);
                write(target, value.ToString());
            };
        }
        if (Type == typeof(string[]))
        {
            var getter = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
            var write = Writer<TRow, string[]>();
            VBuffer<ReadOnlyMemory<char>> value = default;
            return target =>
            {
                getter(ref value);
                write(target, value.DenseValues().Select(text => text.ToString()).ToArray());
            };
        }
        return Generic.Invoke<Action<TRow>>(Type.IsArray ? CreateArraySetter<TRow, int> : IsVBuffer ? CreateVBufferSetter<TRow, int> : CreateScalarSetter<TRow, int>,
            [typeof(TRow), _itemType], this, row, column);
    }

    private static Delegate CreateScalarGetter<TRow, TValue>(RowMember member, Func<TRow> current)
    {
        var read = member.Reader<TRow, TValue>();
        return (ValueGetter<TValue>)((ref TValue value) => value = read(current()));
    }

    private static Delegate CreateArrayGetter<TRow, TItem>(RowMember member, Func<TRow> current)
    {
        var read = member.Reader<TRow, TItem[]>();
        return (ValueGetter<VBuffer<TItem>>)((ref VBuffer<TItem> value) => Fill(read(current()), item => item, ref value));
    }

    private static Delegate CreateVBufferGetter<TRow, TItem>(RowMember member, Func<TRow> current)
    {
        var read = member.Reader<TRow, VBuffer<TItem>>();
        return (ValueGetter<VBuffer<TItem>>)((ref VBuffer<TItem> value) => read(current()).CopyTo(ref value));
    }

    private static Action<TRow> CreateScalarSetter<TRow, TValue>(RowMember member, DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<TValue>(column);
        var write = member.Writer<TRow, TValue>();
        TValue value = default;
        return target =>
        {
            getter(ref value);
            write(target, value);
        };
    }

    private static Action<TRow> CreateArraySetter<TRow, TItem>(RowMember member, DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<TItem>>(column);
        var write = member.Writer<TRow, TItem[]>();
        VBuffer<TItem> value = default;
        return target =>
        {
            getter(ref value);
            var items = new TItem[value.Length];
            value.CopyTo(items);
            write(target, items);
        };
    }

    private static Action<TRow> CreateVBufferSetter<TRow, TItem>(RowMember member, DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<TItem>>(column);
        var write = member.Writer<TRow, VBuffer<TItem>>();
        return target =>
        {
            VBuffer<TItem> value = default;
            getter(ref value);
            write(target, value);
        };
    }

    private static void Fill<TSource, TItem>(TSource[] source, Func<TSource, TItem> convert, ref VBuffer<TItem> value)
    {
        var editor = VBufferEditor.Create(ref value, source?.Length ?? 0);
        for (int i = 0; i < editor.Values.Length; i++)
            editor.Values[i] = convert(source[i]);
        value = editor.Commit();
    }

    private Func<TRow, TValue> Reader<TRow, TValue>()
    {
        if (_reader is Func<TRow, TValue> known)
            return known;
        var row = Expression.Parameter(typeof(TRow));
        var reader = Expression.Lambda<Func<TRow, TValue>>(Expression.MakeMemberAccess(row, _member), row).Compile();
        _reader = reader;
        return reader;
    }

    private Action<TRow, TValue> Writer<TRow, TValue>()
    {
        var row = Expression.Parameter(typeof(TRow));
        var value = Expression.Parameter(typeof(TValue));
        return Expression.Lambda<Action<TRow, TValue>>(Expression.Assign(Expression.MakeMemberAccess(row, _member), value), row, value).Compile();
    }
}
