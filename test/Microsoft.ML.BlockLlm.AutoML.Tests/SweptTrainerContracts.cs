using Microsoft.ML.AutoML;
using Microsoft.ML.BlockLlm.Tests;

namespace Microsoft.ML.BlockLlm.AutoML.Tests;

/// <summary>A text classifier's trainer as a sweep makes it, of parameters, owes ML.NET what one owes that is made of options.</summary>
[TestClass]
public sealed class SweptTextClassificationTrainerContract : TextClassifierContract
{
    protected override IEstimator<ITransformer> CreateTrainer() => ML.Auto().BlockLlmTextClassification(Pipelines.Options).AtTheBeginning(ML);
}

/// <summary>So does a language model's.</summary>
[TestClass]
public sealed class SweptLanguageModelTrainerContract : LanguageModelContract
{
    protected override IEstimator<ITransformer> CreateTrainer() => ML.Auto().BlockLlmLanguageModel(Options).AtTheBeginning(ML);
}

internal static class SweepableEstimatorExtensions
{
    /// <summary>The estimator with the values that a search begins with.</summary>
    public static IEstimator<ITransformer> AtTheBeginning(this SweepableEstimator estimator, MLContext ml)
    {
        var space = estimator.SearchSpace;
        return estimator.BuildFromOption(ml, space.SampleFromFeatureSpace(space.Default));
    }
}
