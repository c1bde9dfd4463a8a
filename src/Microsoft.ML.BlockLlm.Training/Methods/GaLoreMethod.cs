using Microsoft.ML.BlockLlm.Optimizers;
using TorchSharp.Modules;

namespace Microsoft.ML.BlockLlm.Training;

internal sealed record GaLoreMethod(GaLoreOptimizerOptions Options) : LowRankMethod<GaLoreOptimizerOptions>(Options)
{
    public override string Name => "GaLore";

    public override MethodMemory Memory(ParameterRoles? roles = null) => new GaLoreMemory(OptionsFor(roles));

    public override StagewiseOptimizer CreateOptimizer(IEnumerable<(string name, Parameter parameter)> parameters, ParameterRoles? roles = null) =>
        new GaLoreOptimizer(parameters, OptionsFor(roles));
}
