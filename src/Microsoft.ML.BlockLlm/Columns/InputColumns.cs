using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Columns;

/// <summary>The columns that a text classifier reads, and the checks that they are there and of the right type.</summary>
/// <param name="Label">Name of the label column: a key.</param>
/// <param name="Text">Name of the text column.</param>
/// <param name="SecondText">Name of the column with the second text of a pair; null if rows hold one text.</param>
internal sealed record InputColumns(string Label, string Text, string? SecondText)
{
    private const string LabelType = "a key of UInt32 (make one with Transforms.Conversion.MapValueToKey)";
    private const string TextType = "text";

    /// <summary>The text columns of data that was checked.</summary>
    public IEnumerable<DataViewSchema.Column> TextsIn(DataViewSchema schema) =>
        SecondText is null ? [schema[Text]] : [schema[Text], schema[SecondText]];

    /// <summary>Checks the text columns, and the label column too if there has to be one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has another type.</exception>
    public void Check(DataViewSchema schema, bool withLabel, string parameter)
    {
        foreach (var (role, name, expected) in Required(withLabel))
        {
            if (schema.GetColumnOrNull(name) is not { } column)
                throw Missing(role, name, schema.Where(c => !c.IsHidden).Select(c => c.Name), parameter);
            var fits = role == "label" ? column.Type is KeyDataViewType key && key.RawType == typeof(uint) : column.Type is TextDataViewType;
            if (!fits)
                throw Mismatch(role, name, expected, column.Type.ToString()!, parameter);
            if (role == "label")
            {
                CheckNumberOfKeyValues(column, parameter);
                CheckKeyValues(name, LabelValues.TypeIn(column), parameter);
            }
        }
    }

    /// <summary>Checks the promise of a schema that an estimator gets before there is any data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has another type.</exception>
    public void Check(SchemaShape shape, string parameter)
    {
        foreach (var (role, name, expected) in Required(withLabel: true))
        {
            var column = shape.FirstOrDefault(c => c.Name == name);
            if (column.Name is null)
                throw Missing(role, name, shape.Select(c => c.Name), parameter);
            var fits = column.Kind == SchemaShape.Column.VectorKind.Scalar
                && (role == "label"
                    ? column.IsKey && column.ItemType.RawType == typeof(uint)
                    : !column.IsKey && column.ItemType is TextDataViewType);
            if (!fits)
                throw Mismatch(role, name, expected, Describe(column), parameter);
            if (role == "label")
                CheckKeyValues(name, LabelValues.TypeIn(column), parameter);
        }
    }

    private IEnumerable<(string Role, string Name, string Expected)> Required(bool withLabel)
    {
        if (withLabel)
            yield return ("label", Label, LabelType);
        yield return ("text", Text, TextType);
        if (SecondText is not null)
            yield return ("second text", SecondText, TextType);
    }

    // ML.NET's trainers pass such values on or drop them; either way, mapping the predicted keys to values fails when all is trained.
    private static void CheckNumberOfKeyValues(DataViewSchema.Column label, string parameter)
    {
        if (label.Annotations.Schema.GetColumnOrNull(AnnotationNames.KeyValues) is { } values && LabelValues.TypeIn(label) is null)
        {
            throw new ArgumentOutOfRangeException(parameter,
                $"Label column '{label.Name}' is a key with {((KeyDataViewType)label.Type).Count} possible values, but its annotation {AnnotationNames.KeyValues} is {values.Type}, which is not one value for each. " +
                "Make the keys with Transforms.Conversion.MapValueToKey, or leave the annotation out.");
        }
    }

    private static void CheckKeyValues(string name, DataViewType? type, string parameter)
    {
        if (type is not null && !LabelValues.Supports(type))
        {
            throw new ArgumentOutOfRangeException(parameter,
                $"The keys of label column '{name}' stand for values of type {type}, which a model file cannot hold. " +
                "Convert the column to text before Transforms.Conversion.MapValueToKey, such as with Transforms.Conversion.ConvertType and DataKind.String. " +
                $"Supported are {LabelValues.SupportedTypes}.");
        }
    }

    internal static string Describe(SchemaShape.Column column)
    {
        var type = column.IsKey ? $"Key<{column.ItemType}>" : column.ItemType.ToString();
        return column.Kind switch
        {
            SchemaShape.Column.VectorKind.Scalar => type!,
            SchemaShape.Column.VectorKind.Vector => $"Vector<{type}>",
            _ => $"VarVector<{type}>",
        };
    }

    internal static ArgumentOutOfRangeException Missing(string role, string name, IEnumerable<string> present, string parameter) =>
        new(parameter, $"Could not find {role} column '{name}'. The columns are: {string.Join(", ", present)}.");

    internal static ArgumentOutOfRangeException Mismatch(string role, string name, string expected, string actual, string parameter) =>
        new(parameter, $"Schema mismatch for {role} column '{name}': expected {expected}, got {actual}.");
}
