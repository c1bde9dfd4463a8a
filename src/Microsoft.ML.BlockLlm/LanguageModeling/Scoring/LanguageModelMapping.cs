using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm;

/// <summary>Which columns of the transformed data come from the input, which are made by the model, and what these need.</summary>
internal sealed class LanguageModelMapping
{
    public LanguageModelMapping(DataViewSchema inputSchema, LanguageModelInputs inputs, GenerationOptions? generation, LanguageModelScorer scorer)
    {
        inputs.Check(inputSchema, nameof(inputSchema));
        Inputs = inputs;
        Generation = generation;
        Scorer = scorer;
        InputSchema = inputSchema;
        OutputSchema = new LanguageModelOutputs(generation is not null).AppendTo(inputSchema);
    }

    /// <summary>The columns that the model reads.</summary>
    public LanguageModelInputs Inputs { get; }

    /// <summary>How texts go on; null if none are generated.</summary>
    public GenerationOptions? Generation { get; }

    /// <summary>The model.</summary>
    public LanguageModelScorer Scorer { get; }

    /// <summary>The schema before.</summary>
    public DataViewSchema InputSchema { get; }

    /// <summary>The schema after: all columns of <see cref="InputSchema"/> at their places, then those of the model.</summary>
    public DataViewSchema OutputSchema { get; }

    /// <summary>Whether a column of the output is one of the input.</summary>
    public bool IsInput(DataViewSchema.Column column) => column.Index < InputSchema.Count;

    /// <summary>The columns of the input that some columns of the output are made from.</summary>
    public IReadOnlyList<DataViewSchema.Column> InputsOf(IEnumerable<DataViewSchema.Column> columns)
    {
        var needed = columns.SelectMany(column => IsInput(column) ? [column.Index] : Inputs.In(InputSchema).Select(input => input.Index));
        return [.. needed.Distinct().Order().Select(index => InputSchema[index])];
    }
}
