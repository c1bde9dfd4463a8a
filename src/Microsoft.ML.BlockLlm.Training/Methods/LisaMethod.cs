using Microsoft.ML.BlockLlm.Optimizers;
using TorchSharp.Modules;

namespace Microsoft.ML.BlockLlm.Training;

internal sealed record LisaMethod(LisaOptimizerOptions Options) : OptimizerMethod<LisaOptimizerOptions>(Options)
{
    public override string Name => "Lisa";

    public override MethodMemory Memory(ParameterRoles? roles = null) => new BlockwiseMemory("LISA", OptionsFor(roles));

    public override StagewiseOptimizer CreateOptimizer(IEnumerable<(string name, Parameter parameter)> parameters, ParameterRoles? roles = null) =>
        new LisaOptimizer(parameters, OptionsFor(roles));
}
