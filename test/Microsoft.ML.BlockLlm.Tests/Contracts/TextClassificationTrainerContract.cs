namespace Microsoft.ML.BlockLlm.Tests;

[TestClass]
public sealed class TextClassificationTrainerContract : TextClassifierContract
{
    protected override IEstimator<ITransformer> CreateTrainer() => Pipelines.Trainer(ML);
}
