using Microsoft.ML.BlockLlm.Optimizers;
using TorchSharp.Modules;

namespace Microsoft.ML.BlockLlm.Training;

internal sealed record SgdMethod(SgdOptimizerOptions Options) : OptimizerMethod<SgdOptimizerOptions>(Options)
{
    public override string Name => "Sgd";

    public override MethodMemory Memory(ParameterRoles? roles = null) => new SgdMemory(OptionsFor(roles));

    public override StagewiseOptimizer CreateOptimizer(IEnumerable<(string name, Parameter parameter)> parameters, ParameterRoles? roles = null) =>
        new SgdOptimizer(parameters, OptionsFor(roles));
}
