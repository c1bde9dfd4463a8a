namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// What updates cost, by the shallowest parameter that they train: the backward pass runs from the loss down to it, whatever else is
/// trained above.
/// </summary>
/// <param name="costs">The cost of an update whose shallowest parameter is the named one, in any unit above 0.</param>
/// <param name="alwaysActive">Parameters that every update trains, so that none is cheaper than the deepest of them.</param>
internal sealed class StepCosts(IReadOnlyDictionary<string, double> costs, IEnumerable<string> alwaysActive)
{
    private readonly double _least = alwaysActive.Select(name => costs.GetValueOrDefault(name)).DefaultIfEmpty().Max();

    /// <summary>The blocks with their costs: each costs what its shallowest parameter does.</summary>
    /// <exception cref="ArgumentException">A parameter has no cost.</exception>
    public IReadOnlyList<Block> Of(IEnumerable<Block> blocks) =>
        [.. blocks.Select(block => block with { Cost = Math.Max(_least, block.Parameters.Max(CostOf)) })];

    private double CostOf(string parameter) => costs.TryGetValue(parameter, out double cost) ? cost : throw new ArgumentException(
        $"{nameof(BlockLlmOptimizerOptions.StepCosts)} has no cost for the parameter '{parameter}'. Give one for every parameter that is neither frozen nor always active.",
        nameof(costs));
}
