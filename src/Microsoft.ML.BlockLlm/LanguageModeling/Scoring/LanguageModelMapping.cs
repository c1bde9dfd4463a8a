using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Scoring;

namespace Microsoft.ML.BlockLlm;

/// <summary>Adds the columns of a language model.</summary>
internal sealed class LanguageModelMapping : RowMapping
{
    public LanguageModelMapping(DataViewSchema inputSchema, LanguageModelInputs inputs, GenerationOptions? generation, LanguageModelScorer scorer)
        : base(Checked(inputSchema, inputs), new LanguageModelOutputs(generation is not null).AppendTo(inputSchema), inputs.In(inputSchema))
    {
        Inputs = inputs;
        Generation = generation;
        Scorer = scorer;
    }

    /// <summary>The columns that the model reads.</summary>
    public LanguageModelInputs Inputs { get; }

    /// <summary>How texts go on; null if none are generated.</summary>
    public GenerationOptions? Generation { get; }

    /// <summary>The model.</summary>
    public LanguageModelScorer Scorer { get; }

    public override DataViewRow Map(DataViewRow input, IReadOnlyList<DataViewSchema.Column> activeColumns) =>
        new LanguageModelRow(input, this, activeColumns);

    public override DataViewRowCursor Map(DataViewRowCursor input, IReadOnlyList<DataViewSchema.Column> activeColumns) =>
        AnyAdded(activeColumns) ? new LanguageModelCursor(input, this, activeColumns) : new PassThroughCursor(input, this);

    /// <summary>What follows a prompt; nothing where there is no prompt and none can be made up.</summary>
    public string Generate(IReadOnlyList<int> prompt) =>
        prompt.Count == 0 && (Inputs.Messages is not null || Scorer.Network.Config.BeginOfTextId is null) ? "" : Scorer.Generate(prompt, Generation!);

    private static DataViewSchema Checked(DataViewSchema inputSchema, LanguageModelInputs inputs)
    {
        inputs.Check(inputSchema, nameof(inputSchema));
        return inputSchema;
    }
}
