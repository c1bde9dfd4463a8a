using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Which members of a class are columns, and of which type. <see cref="Create"/> reads the attributes; the result can be changed.</summary>
public sealed class SchemaDefinition : List<SchemaDefinition.Column>
{
    private SchemaDefinition()
    {
    }

    [Flags]
    public enum Direction
    {
        Read = 1,
        Write = 2,
        Both = Read | Write,
    }

    public Column this[string columnName]
    {
        get => Find(column => column.ColumnName == columnName);
        set
        {
            Contracts.CheckValue(value, nameof(value));
            Contracts.CheckParam(value.ColumnName == columnName, nameof(columnName), $"The column name is specified as '{value.ColumnName}' but must match the selector '{columnName}'.");
            int index = FindIndex(column => column.ColumnName == columnName);
            if (index >= 0)
                this[index] = value;
            else
                Add(value);
        }
    }

    public static SchemaDefinition Create(Type userType, Direction direction = Direction.Both)
    {
        Contracts.CheckValue(userType, nameof(userType));
        var definition = new SchemaDefinition();
        foreach (var member in RowMember.Of(userType, direction))
        {
            Contracts.CheckParam(definition[member.ColumnName] == null, nameof(userType), $"Duplicate column name '{member.ColumnName}' detected, this is disallowed");
            definition.Add(new Column(member.Name, member.ColumnType, member.ColumnName));
        }
        return definition;
    }

    /// <summary>The members to read or write, in the order of the definition (by default, of the class).</summary>
    internal static IReadOnlyList<(Column Column, RowMember Member)> Bind(Type userType, SchemaDefinition definition, Direction direction) =>
        (definition ?? Create(userType, direction)).Select(column =>
        {
            var member = RowMember.Find(userType, column.MemberName)
                ?? throw new ArgumentOutOfRangeException(nameof(definition), $"No field or property with name '{column.MemberName}' found in type '{userType.FullName}'");
            member.CheckFits(column.ColumnType ??= member.ColumnType, column.ColumnName);
            return (column, member);
        }).ToArray();

    internal static DataViewSchema ToSchema(IEnumerable<(Column Column, RowMember Member)> columns)
    {
        var builder = new DataViewSchema.Builder();
        foreach (var (column, _) in columns)
            builder.AddColumn(column.ColumnName, column.ColumnType, column.Annotations);
        return builder.ToSchema();
    }

    public sealed class Column
    {
        private readonly DataViewSchema.Annotations.Builder _annotations = new();

        internal Column(string memberName, DataViewType columnType, string columnName)
        {
            MemberName = memberName;
            ColumnName = columnName;
            ColumnType = columnType;
        }

        public string MemberName { get; }

        public string ColumnName { get; set; }

        public DataViewType ColumnType { get; set; }

        public DataViewSchema.Annotations Annotations => _annotations.ToAnnotations();

        public void AddAnnotation<T>(string kind, T value, DataViewType annotationType)
        {
            Contracts.CheckValue(kind, nameof(kind));
            Contracts.Check(Annotations.Schema.GetColumnOrNull(kind) == null, "Column already contains an annotation of this kind.");
            _annotations.Add(kind, annotationType, (ref T destination) => destination = value);
        }

        internal void AddAnnotations(DataViewSchema.Annotations annotations) => _annotations.Add(annotations, _ => true);
    }
}
