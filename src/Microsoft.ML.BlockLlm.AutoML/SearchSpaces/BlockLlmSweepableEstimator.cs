using Microsoft.ML.AutoML;

namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>A sweepable trainer of this library: it can be held to a part of its steps, and goes on from there.</summary>
internal sealed class BlockLlmSweepableEstimator(
    SearchSpace.SearchSpace searchSpace, Func<MLContext, TrainerValues, TrialLimits, IEstimator<ITransformer>> factory)
    : SweepableEstimator((context, parameter) => factory(context, TrainerValues.Of(parameter), TrialLimits.Of(context, parameter)), searchSpace);
