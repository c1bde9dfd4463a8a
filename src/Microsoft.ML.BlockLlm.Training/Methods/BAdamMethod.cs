using Microsoft.ML.BlockLlm.Optimizers;
using TorchSharp.Modules;

namespace Microsoft.ML.BlockLlm.Training;

internal sealed record BAdamMethod(BAdamOptimizerOptions Options) : OptimizerMethod<BAdamOptimizerOptions>(Options)
{
    public override string Name => "BAdam";

    public override MethodMemory Memory(ParameterRoles? roles = null) => new BlockwiseMemory("BAdam", OptionsFor(roles));

    public override StagewiseOptimizer CreateOptimizer(IEnumerable<(string name, Parameter parameter)> parameters, ParameterRoles? roles = null) =>
        new BAdamOptimizer(parameters, OptionsFor(roles));
}
