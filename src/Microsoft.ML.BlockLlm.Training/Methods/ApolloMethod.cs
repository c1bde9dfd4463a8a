using Microsoft.ML.BlockLlm.Optimizers;
using TorchSharp.Modules;

namespace Microsoft.ML.BlockLlm.Training;

internal sealed record ApolloMethod(ApolloOptimizerOptions Options) : LowRankMethod<ApolloOptimizerOptions>(Options)
{
    public override string Name => Options.Scaling == ApolloScaling.Tensor ? "ApolloMini" : "Apollo";

    public override MethodMemory Memory(ParameterRoles? roles = null) => new ApolloMemory(OptionsFor(roles));

    public override StagewiseOptimizer CreateOptimizer(IEnumerable<(string name, Parameter parameter)> parameters, ParameterRoles? roles = null) =>
        new ApolloOptimizer(parameters, OptionsFor(roles));
}
