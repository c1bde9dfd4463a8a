namespace Microsoft.ML.BlockLlm.Tests;

[TestClass]
public sealed class LanguageModelTrainerContract : LanguageModelContract
{
    protected override IEstimator<ITransformer> CreateTrainer() => LanguageModels.Trainer(ML, Options);
}
