using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using TorchSharp.Modules;

namespace Microsoft.ML.BlockLlm.Training;

internal sealed record LisaMethod(LisaOptimizerOptions Options) : BlockwiseMethod<LisaOptimizerOptions>(Options)
{
    public override string Name => "Lisa";

    public override MethodMemory Memory(ParameterRoles? roles = null) => new BlockwiseMemory("LISA", OptionsFor(roles));

    public override IReadOnlyList<string> Warnings(StagedModel model, ParameterRoles? roles = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        var options = OptionsFor(roles);
        var layers = BlocksOf(model, options).Count;
        return layers > options.ActiveLayers
            ? []
            : [$"ActiveLayers is {options.ActiveLayers}, and LISA has {layers} {(layers == 1 ? "layer" : "layers")} to draw from, so that all are always trained, as by AdamW. {(layers > 1 ? $"Set ActiveLayers below {layers}, or choose" : "Choose")} AdamW."];
    }

    public override StagewiseOptimizer CreateOptimizer(IEnumerable<(string name, Parameter parameter)> parameters, ParameterRoles? roles = null) =>
        new LisaOptimizer(parameters, OptionsFor(roles));
}
