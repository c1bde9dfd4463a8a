using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Options of <see cref="TrainingMethod.Lora"/>, and of AdamW, which trains the adapters.</summary>
/// <remarks>The adapters of a layer are parameters with names such as <c>model.layers.0.self_attn.q_proj.lora.A</c> and <c>….lora.B</c>, which <c>Groups</c> and <c>Frozen</c> may name.</remarks>
public sealed record LoraOptions : AdamWOptimizerOptions
{
    /// <summary>r, the rank of what is added to a weight; at least 1. Default: 8.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>α: the branch is multiplied by α / r. Above 0. Default: 16.</summary>
    public double Alpha { get; init; } = 16;

    /// <summary>Share of the branch's inputs that training hides, from 0 up to but not 1. Default: 0.</summary>
    public double Dropout { get; init; }

    /// <summary>
    /// Names of the linear layers that get adapters, with <c>*</c> for any characters and <c>?</c> for one, such as <c>*.q_proj</c>. Only those inside the transformer layers, whose names have a
    /// number, can have any. Default: all of these; the paper adapts queries and values.
    /// </summary>
    public IReadOnlyList<string> Targets { get; init; } = ["*"];

    /// <summary>Names of the weights that are trained beside the adapters: those of a new head.</summary>
    internal IReadOnlyList<string> AlwaysTrained { get; init; } = [];

    /// <summary>Whether a linear layer gets an adapter.</summary>
    /// <param name="layer">Its name in the model.</param>
    public bool Adapts(string layer) => BlockPartition.IsInLayer(layer) && ParameterPatterns.AnyMatches(Targets, layer);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Rank >= 1, nameof(Rank), Rank, "at least 1");
        Require(Alpha > 0 && double.IsFinite(Alpha), nameof(Alpha), Alpha, "a finite number above 0");
        Require(Dropout is >= 0 and < 1, nameof(Dropout), Dropout, "at least 0 and below 1");
        RequirePresent(Targets, nameof(Targets), "a list of names of layers");
        if (Targets.Count == 0)
            throw new ArgumentException($"{nameof(Targets)} is empty, so that no layer would be trained. Name layers, such as '*.q_proj', or leave it out for all.", nameof(Targets));
    }
}
