using Microsoft.ML.BlockLlm.Optimizers;
using TorchSharp.Modules;

namespace Microsoft.ML.BlockLlm.Training;

internal sealed record AdamWMethod(AdamWOptimizerOptions Options) : OptimizerMethod<AdamWOptimizerOptions>(Options)
{
    public override string Name => "AdamW";

    public override MethodMemory Memory(ParameterRoles? roles = null) => new AdamWMemory(OptionsFor(roles));

    public override StagewiseOptimizer CreateOptimizer(IEnumerable<(string name, Parameter parameter)> parameters, ParameterRoles? roles = null) =>
        new AdamWOptimizer(parameters, OptionsFor(roles));
}
