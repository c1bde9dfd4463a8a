namespace Microsoft.ML.BlockLlm.Tests;

[TestClass]
public sealed class LanguageModelTrainerContract : TrainerContract
{
    protected override IReadOnlyList<string> OutputColumns { get; } = ["Loss", "Perplexity", "TokenCount", "TokenAccuracy", "ByteCount", "GeneratedText"];

    protected override IEstimator<ITransformer> CreateTrainer() => LanguageModels.Trainer(ML, LanguageModels.Options with { Generation = new() { MaxNewTokens = 4 } });

    protected override IDataView CreateData() => LanguageModels.Verses(ML);

    protected override IEnumerable<IDataView> CreateDataThatCannotBeTrainedOn() => CreateDataThatCannotBeTransformed();

    protected override IEnumerable<IDataView> CreateDataThatCannotBeTransformed()
    {
        yield return ML.Data.LoadFromEnumerable([new { Other = "a" }]);
        yield return ML.Data.LoadFromEnumerable([new { Text = 1f }]);
        yield return ML.Data.LoadFromEnumerable([new { Text = (string[])["a", "b"] }]);
    }
}
