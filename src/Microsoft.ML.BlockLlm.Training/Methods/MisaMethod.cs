using System.Globalization;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using TorchSharp.Modules;

namespace Microsoft.ML.BlockLlm.Training;

internal sealed record MisaMethod(MisaOptimizerOptions Options) : BlockwiseMethod<MisaOptimizerOptions>(Options)
{
    public override string Name => "Misa";

    public override MethodMemory Memory(ParameterRoles? roles = null) => new BlockwiseMemory("MISA", OptionsFor(roles));

    public override IReadOnlyList<string> Warnings(StagedModel model, ParameterRoles? roles = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        var options = OptionsFor(roles);
        var modules = BlocksOf(model, options);
        var weights = modules.Sum(module => module.Size);
        if (modules.MaxBy(module => module.Size) is not { } largest || options.MostActive(modules) <= options.ActiveShare * weights)
            return [];
        var share = Math.Ceiling(1000.0 * largest.Size / weights) / 1000;
        return [string.Create(CultureInfo.InvariantCulture, $"ActiveShare is {options.ActiveShare}, but '{largest.Name}' alone is {share} of the weights that MISA draws from, so that up to as many are trained at a time. Set ActiveShare to {share} or more, or choose BlockLlm, whose share holds in any model.")];
    }

    public override StagewiseOptimizer CreateOptimizer(IEnumerable<(string name, Parameter parameter)> parameters, ParameterRoles? roles = null) =>
        new MisaOptimizer(parameters, OptionsFor(roles));
}
