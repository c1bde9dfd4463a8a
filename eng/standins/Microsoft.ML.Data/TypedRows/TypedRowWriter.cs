namespace Microsoft.ML.Data;

/// <summary>Copies rows of a schema into objects of a user's class.</summary>
internal sealed class TypedRowWriter<TRow> where TRow : class
{
    private readonly List<(DataViewSchema.Column Column, RowMember Member)> _bindings = [];

    public TypedRowWriter(DataViewSchema schema, bool ignoreMissingColumns, SchemaDefinition definition)
    {
        foreach (var (wanted, member) in SchemaDefinition.Bind(typeof(TRow), definition, SchemaDefinition.Direction.Write))
        {
            if (schema.GetColumnOrNull(wanted.ColumnName) is not { } column)
            {
                if (ignoreMissingColumns)
                    continue;
                throw new ArgumentOutOfRangeException("schema", $"Column '{wanted.ColumnName}' not found in the data view");
            }
            if (!member.Accepts(column.Type))
            {
                throw new InvalidOperationException(
                    $"Can't bind the IDataView column '{column.Name}' of type '{column.Type}' to field or property '{member.Name}' of type '{member.Type.FullName}'.");
            }
            _bindings.Add((column, member));
        }
    }

    public IEnumerable<DataViewSchema.Column> Columns => _bindings.Select(b => b.Column);

    /// <summary>An action that fills an object from wherever the row is at that time.</summary>
    public Action<TRow> Bind(DataViewRow row)
    {
        var setters = _bindings.Select(b => b.Member.CreateSetter<TRow>(row, b.Column)).ToArray();
        return target =>
        {
            foreach (var setter in setters)
                setter(target);
        };
    }
}
