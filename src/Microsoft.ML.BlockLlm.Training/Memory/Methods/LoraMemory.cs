using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>
/// What LoRA holds: the adapters, a gradient and two moments for each of their weights and of those of new heads, masters where they have 16 bits, and in the stages what the branches keep
/// for backward.
/// </summary>
/// <param name="options">The options.</param>
internal sealed class LoraMemory(LoraOptions options) : MethodMemory
{
    public override string Name => "LoRA";

    public override bool IsTrained(string parameter) =>
        (LowRankAdapters.Has(parameter) || options.AlwaysTrained.Contains(parameter)) && !options.Freezes(parameter);

    public override long StateBytes(ModelMemory model) => Trained(model).Sum(parameter => MomentBytes(options.Moments, parameter.Size) + MasterBytes(options, model, parameter.Size));

    public override long UpdateBytes(ModelMemory model) => 0;

    public override IReadOnlyList<GradientPass> Passes(ModelMemory model, long gradientSize) => [new("updating", delivered => gradientSize * delivered)];

    public override ModelMemory Adapt(ModelMemory model) => model.With(stage => AdaptedStageMemory.Of(stage, options));
}
