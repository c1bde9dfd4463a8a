namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>The contract on trainers of language models that also write, however they are made.</summary>
public abstract class LanguageModelContract : TrainerContract
{
    protected override IReadOnlyList<string> OutputColumns { get; } = ["Loss", "Perplexity", "TokenCount", "TokenAccuracy", "ByteCount", "GeneratedText"];

    private protected static BlockLlmLanguageModelOptions Options => LanguageModels.Options with { Generation = new() { MaxNewTokens = 4 } };

    protected override IDataView CreateData() => LanguageModels.Verses(ML);

    protected override IEnumerable<IDataView> CreateDataThatCannotBeTrainedOn() => CreateDataThatCannotBeTransformed();

    protected override IEnumerable<IDataView> CreateDataThatCannotBeTransformed()
    {
        yield return ML.Data.LoadFromEnumerable([new { Other = "a" }]);
        yield return ML.Data.LoadFromEnumerable([new { Text = 1f }]);
        yield return ML.Data.LoadFromEnumerable([new { Text = (string[])["a", "b"] }]);
    }

    protected override void Export(ITransformer model, string directory) => ((BlockLlmLanguageModelTransformer)model).SaveAsHuggingFace(directory);
}
