using Microsoft.ML.BlockLlm.Optimizers;
using TorchSharp.Modules;

namespace Microsoft.ML.BlockLlm.Training;

internal sealed record FrugalMethod(FrugalOptimizerOptions Options) : OptimizerMethod<FrugalOptimizerOptions>(Options)
{
    public override string Name => "Frugal";

    public override MethodMemory Memory(ParameterRoles? roles = null) => new FrugalMemory(OptionsFor(roles));

    public override StagewiseOptimizer CreateOptimizer(IEnumerable<(string name, Parameter parameter)> parameters, ParameterRoles? roles = null) =>
        new FrugalOptimizer(parameters, OptionsFor(roles));
}
