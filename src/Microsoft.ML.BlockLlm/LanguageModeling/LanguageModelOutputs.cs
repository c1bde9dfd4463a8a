using Microsoft.ML.BlockLlm.Columns;
using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm;

/// <summary>The columns that a language model adds.</summary>
/// <param name="HasGeneratedText">Whether there is a column with generated text.</param>
internal sealed record LanguageModelOutputs(bool HasGeneratedText)
{
    public const string Loss = nameof(Loss);
    public const string Perplexity = nameof(Perplexity);
    public const string TokenCount = nameof(TokenCount);
    public const string TokenAccuracy = nameof(TokenAccuracy);
    public const string ByteCount = nameof(ByteCount);
    public const string GeneratedText = nameof(GeneratedText);

    private static readonly (string Name, PrimitiveDataViewType Type)[] s_measures =
    [
        (Loss, NumberDataViewType.Single), (Perplexity, NumberDataViewType.Single), (TokenCount, NumberDataViewType.Int32),
        (TokenAccuracy, NumberDataViewType.Single), (ByteCount, NumberDataViewType.Int32),
    ];

    private IEnumerable<(string Name, PrimitiveDataViewType Type)> Columns =>
        HasGeneratedText ? s_measures.Append((GeneratedText, TextDataViewType.Instance)) : s_measures;

    /// <summary>The schema with the columns at its end.</summary>
    public DataViewSchema AppendTo(DataViewSchema input)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        foreach (var (name, type) in Columns)
            builder.AddColumn(name, type);
        return builder.ToSchema();
    }

    /// <summary>The shape of the schema with the columns, known before there is any data.</summary>
    public SchemaShape AppendTo(SchemaShape input)
    {
        var names = Columns.Select(column => column.Name).ToHashSet();
        return new SchemaShape([.. input.Where(column => !names.Contains(column.Name)), .. Columns.Select(column => SchemaShapeColumn.Scalar(column.Name, column.Type))]);
    }
}
