using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using TorchSharp.Modules;

namespace Microsoft.ML.BlockLlm.Training;

internal sealed record BAdamMethod(BAdamOptimizerOptions Options) : BlockwiseMethod<BAdamOptimizerOptions>(Options)
{
    public override string Name => "BAdam";

    public override MethodMemory Memory(ParameterRoles? roles = null) => new BlockwiseMemory("BAdam", OptionsFor(roles));

    public override IReadOnlyList<string> Warnings(StagedModel model, ParameterRoles? roles = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return BlocksOf(model, OptionsFor(roles)).Count != 1 ? [] : ["BAdam has one block here, which it always trains, as AdamW does, but for moments that begin anew at the end of each Period. Make blocks smaller by Granularity, or choose AdamW."];
    }

    public override StagewiseOptimizer CreateOptimizer(IEnumerable<(string name, Parameter parameter)> parameters, ParameterRoles? roles = null) =>
        new BAdamOptimizer(parameters, OptionsFor(roles));
}
