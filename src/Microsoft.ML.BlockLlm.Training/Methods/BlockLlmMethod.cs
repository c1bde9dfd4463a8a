using Microsoft.ML.BlockLlm.Optimizers;
using TorchSharp.Modules;

namespace Microsoft.ML.BlockLlm.Training;

internal sealed record BlockLlmMethod(BlockLlmOptimizerOptions Options) : OptimizerMethod<BlockLlmOptimizerOptions>(Options)
{
    public override string Name => "BlockLlm";

    public override MethodMemory Memory(ParameterRoles? roles = null) => new BlockLlmMemory(OptionsFor(roles));

    public override StagewiseOptimizer CreateOptimizer(IEnumerable<(string name, Parameter parameter)> parameters, ParameterRoles? roles = null) =>
        new BlockLlmOptimizer(parameters, OptionsFor(roles));
}
