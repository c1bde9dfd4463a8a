using TorchSharp.Modules;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// BAdam (Luo, Yu and Li, 2024, arXiv 2404.02827): block coordinate descent in which each block has K steps of Adam, one block after the other.
/// </summary>
/// <remarks>
/// Algorithm 1 of the paper: for the block i of the round, m ← 0, v ← 0, and K steps of Adam on θ_i with all others fixed; then m and v go, and the next block follows. When all blocks had
/// their turn the next round begins. Weight decay is decoupled.
/// </remarks>
public sealed class BAdamOptimizer : BlockwiseOptimizer
{
    private readonly BAdamOptimizerOptions _options;
    private readonly IReadOnlyList<int> _ascending;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="parameters">The parameters with their names, as from <c>module.named_parameters()</c>: contiguous, Float32 or BFloat16, those near the input first.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">A pattern matches no parameter, a parameter is unfit, or none is left to train.</exception>
    public BAdamOptimizer(IEnumerable<(string name, Parameter parameter)> parameters, BAdamOptimizerOptions? options = null)
        : this([.. parameters], options ?? new BAdamOptimizerOptions())
    {
    }

    private BAdamOptimizer(IReadOnlyList<(string name, Parameter parameter)> parameters, BAdamOptimizerOptions options) : base(parameters, options)
    {
        _options = options;
        var places = parameters.Select((entry, place) => (entry.name, place)).ToLookup(entry => entry.name, entry => entry.place);
        _ascending = [.. Enumerable.Range(0, Blocks.Count).OrderBy(block => Blocks[block].Parameters.Min(name => places[name].First()))];
        Activate();
    }

    private protected override bool CarriesMoments => false;

    private protected override IReadOnlyList<int> Choose(long selection)
    {
        var (round, turn) = Math.DivRem(selection, Blocks.Count);
        IEnumerable<int> order = _options.Order switch
        {
            BlockOrder.Ascending => _ascending,
            BlockOrder.Descending => _ascending.Reverse(),
            _ => Enumerable.Range(0, Blocks.Count).OrderBy(block => SplitMix64.Key(_options.SeedOrDefault, Blocks[block].Name, round)),
        };
        return [order.ElementAt((int)turn)];
    }
}
