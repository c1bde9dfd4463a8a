using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public static class TextLoaderSaverCatalog
{
    public static IDataView LoadFromTextFile(
        this DataOperationsCatalog catalog,
        string path,
        TextLoader.Column[] columns,
        char separatorChar = '\t',
        bool hasHeader = false,
        bool allowQuoting = false,
        bool trimWhitespace = false,
        bool allowSparse = false) =>
        LoadFile(path, new TextLoader(CreateOptions(columns, separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse)));

    public static IDataView LoadFromTextFile<TInput>(
        this DataOperationsCatalog catalog,
        string path,
        char separatorChar = '\t',
        bool hasHeader = false,
        bool allowQuoting = false,
        bool trimWhitespace = false,
        bool allowSparse = false) =>
        LoadFile(path, new TextLoader(CreateOptions(ColumnsOf<TInput>(), separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse)));

    public static IDataView LoadFromTextFile<TInput>(this DataOperationsCatalog catalog, string path, TextLoader.Options options)
    {
        options ??= new TextLoader.Options();
        options.Columns = ColumnsOf<TInput>();
        return LoadFile(path, new TextLoader(options));
    }

    public static TextLoader CreateTextLoader<TInput>(
        this DataOperationsCatalog catalog,
        char separatorChar = '\t',
        bool hasHeader = false,
        IMultiStreamSource dataSample = null,
        bool allowQuoting = false,
        bool trimWhitespace = false,
        bool allowSparse = false) =>
        new(CreateOptions(ColumnsOf<TInput>(), separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse));

    private static IDataView LoadFile(string path, TextLoader loader)
    {
        Contracts.CheckNonEmpty(path, nameof(path));
        var source = new MultiFileSource(path);
        Contracts.CheckParam(source.Count > 0 && File.Exists(source.GetPathOrNull(0)), nameof(path), $"File or directory does not exist at path: {path}");
        return loader.Load(source);
    }

    private static TextLoader.Options CreateOptions(
        TextLoader.Column[] columns, char separator, bool hasHeader, bool allowQuoting, bool trimWhitespace, bool allowSparse)
    {
        if (allowSparse)
            throw new NotSupportedException("This stand-in of ML.NET does not read sparse fields (index:value).");
        return new TextLoader.Options
        {
            Columns = columns,
            Separators = [separator],
            HasHeader = hasHeader,
            AllowQuoting = allowQuoting,
            TrimWhitespace = trimWhitespace,
        };
    }

    private static TextLoader.Column[] ColumnsOf<TInput>()
    {
        const BindingFlags instance = BindingFlags.Public | BindingFlags.Instance;
        var type = typeof(TInput);
        var members = type.GetFields(instance).Cast<MemberInfo>()
            .Concat(type.GetProperties(instance).Where(property => property.GetGetMethod() != null && property.GetIndexParameters().Length == 0))
            .ToArray();
        Contracts.CheckParam(members.Length > 0, nameof(TInput), "Should define at least one public, readable field or property in TInput.");
        return members.Select(CreateColumn).ToArray();
    }

    private static TextLoader.Column CreateColumn(MemberInfo member)
    {
        string kindOfMember = member is FieldInfo ? "Field" : "Property";
        var load = member.GetCustomAttribute<LoadColumnAttribute>()
            ?? throw new InvalidOperationException($"{kindOfMember} '{member.Name}' is missing the {nameof(LoadColumnAttribute)} attribute");
        var type = member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;
        var kind = DataKinds.FromType(type.IsArray ? type.GetElementType() : type)
            ?? throw new InvalidOperationException($"{kindOfMember} {member.Name} is of unsupported type.");
        return new TextLoader.Column
        {
            Name = member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name,
            DataKind = kind,
            Start = load.Start,
            End = load.End,
            IsVector = load.End > load.Start,
            KeyCount = member.GetCustomAttribute<KeyTypeAttribute>()?.Count,
        };
    }
}
