using Microsoft.ML.BlockLlm.Optimizers;
using TorchSharp.Modules;

namespace Microsoft.ML.BlockLlm.Training;

internal sealed record MisaMethod(MisaOptimizerOptions Options) : OptimizerMethod<MisaOptimizerOptions>(Options)
{
    public override string Name => "Misa";

    public override MethodMemory Memory(ParameterRoles? roles = null) => new BlockwiseMemory("MISA", OptionsFor(roles));

    public override StagewiseOptimizer CreateOptimizer(IEnumerable<(string name, Parameter parameter)> parameters, ParameterRoles? roles = null) =>
        new MisaOptimizer(parameters, OptionsFor(roles));
}
