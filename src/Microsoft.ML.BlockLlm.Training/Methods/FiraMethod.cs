using Microsoft.ML.BlockLlm.Optimizers;
using TorchSharp.Modules;

namespace Microsoft.ML.BlockLlm.Training;

internal sealed record FiraMethod(FiraOptimizerOptions Options) : LowRankMethod<FiraOptimizerOptions>(Options)
{
    public override string Name => "Fira";

    public override MethodMemory Memory(ParameterRoles? roles = null) => new FiraMemory(OptionsFor(roles));

    public override StagewiseOptimizer CreateOptimizer(IEnumerable<(string name, Parameter parameter)> parameters, ParameterRoles? roles = null) =>
        new FiraOptimizer(parameters, OptionsFor(roles));
}
