using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>A stage some of whose linear layers have low-rank branches beside them.</summary>
internal sealed class AdaptedStageMemory : StageMemory
{
    private readonly StageMemory _stage;
    private readonly IReadOnlyList<ParameterSize> _targets;
    private readonly LoraOptions _options;

    private AdaptedStageMemory(StageMemory stage, IReadOnlyList<ParameterSize> targets, LoraOptions options)
        : base(stage.Name, [.. stage.Parameters, .. targets.SelectMany(target => AdaptersOf(target, options.Rank))])
    {
        (_stage, _targets, _options) = (stage, targets, options);
    }

    /// <summary>The stage with its branches; the stage itself if it has none.</summary>
    public static StageMemory Of(StageMemory stage, LoraOptions options)
    {
        var targets = stage.Parameters.Where(parameter => parameter.Columns > 1 && options.Adapts(LayerOf(parameter))).ToList();
        return targets.Count == 0 ? stage : new AdaptedStageMemory(stage, targets, options);
    }

    public override ActivationMemory Activations(BatchShape batch, Func<string, bool> isTrained, long numberSize)
    {
        // A branch keeps the input of its layer for A, as the layer itself does where its weight is trained, or with dropout a copy and a mask of its own; and what A gives for B.
        var hasDropout = _options.Dropout > 0;
        var memory = _stage.Activations(batch, name => isTrained(name) || (!hasDropout && _targets.Any(target => target.Name == name)), numberSize);
        var kept = _targets.Sum(target => _options.Rank + (hasDropout ? 2 * Inputs(target) : 0));
        return memory with
        {
            Saved = memory.Saved + (numberSize * batch.Tokens * kept),
            Forward = memory.Forward + (numberSize * batch.Tokens * _targets.Max(Width)),
            Backward = memory.Backward + (numberSize * batch.Tokens * _targets.Max(Width)),
        };
    }

    private static IEnumerable<ParameterSize> AdaptersOf(ParameterSize weight, long rank) =>
    [
        ParameterSize.Matrix($"{LayerOf(weight)}.{AdaptableLayer.AdapterName}.A", rank, Inputs(weight)),
        ParameterSize.Matrix($"{LayerOf(weight)}.{AdaptableLayer.AdapterName}.B", Outputs(weight), rank),
    ];

    private static string LayerOf(ParameterSize weight) => weight.Name[..weight.Name.LastIndexOf('.')];

    // Of GPT-2's layers, whose weights lie the other way round, these are exchanged, which changes no sum.
    private static long Inputs(ParameterSize weight) => weight.Columns;

    private static long Outputs(ParameterSize weight) => weight.Rows;

    private static long Width(ParameterSize weight) => Math.Max(weight.Rows, weight.Columns);
}
