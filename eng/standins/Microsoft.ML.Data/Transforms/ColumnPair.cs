using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>The names of an output column and of the input column that it is made from.</summary>
internal sealed record ColumnPair(string Output, string Input)
{
    public static ColumnPair Create(string outputColumnName, string inputColumnName)
    {
        Contracts.CheckNonEmpty(outputColumnName, nameof(outputColumnName));
        return new ColumnPair(outputColumnName, string.IsNullOrEmpty(inputColumnName) ? outputColumnName : inputColumnName);
    }

    public static ColumnPair Load(ModelLoadContext ctx) => new(ctx.LoadNonEmptyString(), ctx.LoadNonEmptyString());

    public void Save(ModelSaveContext ctx)
    {
        ctx.SaveNonEmptyString(Output);
        ctx.SaveNonEmptyString(Input);
    }

    public SchemaShape.Column FindInput(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return inputSchema.TryFindColumn(Input, out var column)
            ? column
            : throw Contracts.ExceptMissingColumn(nameof(inputSchema), "input", Input);
    }

    /// <summary>The schema with the output column in the place of one of the same name, or at the end.</summary>
    public SchemaShape WithOutput(SchemaShape inputSchema, SchemaShape.Column output)
    {
        var columns = inputSchema.ToDictionary(column => column.Name);
        columns[Output] = output;
        return new SchemaShape(columns.Values);
    }
}
