using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// A <see cref="CoordinateMask"/> in which no block has more than a limit of coordinates: of a larger block, its largest gradients
/// alone compete for the budget.
/// </summary>
/// <param name="choice">The blocks.</param>
/// <param name="budget">Number of coordinates to keep.</param>
/// <param name="limit">Number of coordinates that one block may have at most.</param>
internal sealed class BlockLimitedMask(BlockChoice choice, long budget, long limit) : ISelectionMask
{
    private readonly HashSet<NamedParameter> _offered = [];
    private readonly SortedDictionary<int, CoordinateMask> _largeBlocks = [];
    private readonly CoordinateMask _all = new(budget);

    public int Parameters => _offered.Count;

    public bool Offered(NamedParameter parameter) => _offered.Contains(parameter);

    public void Offer(NamedParameter parameter, Tensor gradient)
    {
        _offered.Add(parameter);
        int position = choice.BlockOf(parameter);
        var block = choice.Blocks[position];
        if (block.Size <= limit)
        {
            _all.Offer(parameter, gradient);
            return;
        }

        if (!_largeBlocks.TryGetValue(position, out var mask))
            _largeBlocks.Add(position, mask = new CoordinateMask(limit));
        mask.Offer(parameter, gradient);
        if (mask.Parameters == block.Parameters.Count)
            PassOn(position);
    }

    public IEnumerable<MaskedGradient> TakeKept()
    {
        foreach (int block in _largeBlocks.Keys.ToArray())
            PassOn(block);
        return _all.TakeKept();
    }

    public void Dispose()
    {
        foreach (var mask in _largeBlocks.Values)
            mask.Dispose();
        _largeBlocks.Clear();
        _all.Dispose();
        _offered.Clear();
    }

    private void PassOn(int block)
    {
        _largeBlocks.Remove(block, out var mask);
        using var owned = mask!;
        foreach (var part in owned.TakeKept())
        {
            using (part)
                _all.Offer(part.Parameter, part.Gradient, part.Index);
        }
    }
}
