using TorchSharp.Modules;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// LISA (Pan et al., 2024, arXiv 2403.17919): the embedding and the head are trained at every update, and of the layers between them γ drawn at random, others after every K updates.
/// </summary>
/// <remarks>
/// Algorithm 1 of the paper: at the beginning of each period every layer is frozen but γ of the L layers, drawn uniformly without replacement; then follow K updates of AdamW. What is in no
/// layer, that is, whose name has no number, is always trained unless it is frozen. A layer that is drawn again at once keeps its moments; the others lose theirs.
/// </remarks>
public sealed class LisaOptimizer : BlockwiseOptimizer
{
    private readonly LisaOptimizerOptions _options;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="parameters">The parameters with their names, as from <c>module.named_parameters()</c>: contiguous, Float32 or BFloat16.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">A pattern matches no parameter, a parameter is unfit, or none is left to train.</exception>
    public LisaOptimizer(IEnumerable<(string name, Parameter parameter)> parameters, LisaOptimizerOptions? options = null)
        : base([.. parameters], options ??= new LisaOptimizerOptions())
    {
        _options = options;
        Activate();
    }

    private protected override bool CarriesMoments => true;

    private protected override IReadOnlyList<int> Choose(long selection) =>
        [.. Enumerable.Range(0, Blocks.Count).OrderBy(block => SplitMix64.Key(_options.SeedOrDefault, Blocks[block].Name, selection)).Take(_options.ActiveLayers)];
}
