namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Chooses the blocks to take: keeps what is known of each, and weighs it as the options say.</summary>
internal sealed class BlockChoice
{
    private readonly BlockLlmOptimizerOptions _options;
    private readonly long _budget;
    private readonly long _target;
    private readonly Dictionary<string, long> _sizes;
    private readonly Dictionary<string, int> _blockOfParameter;
    private readonly VisitCounts _visits;
    private readonly BlockNorms _norms;
    private readonly BlockSelector _selector;

    /// <param name="candidates">The parameters to choose among.</param>
    /// <param name="options">How to choose.</param>
    /// <param name="budget">Number of weights to choose.</param>
    /// <exception cref="ArgumentException">The limit of a block leaves part of the budget unused.</exception>
    public BlockChoice(IEnumerable<NamedParameter> candidates, BlockLlmOptimizerOptions options, long budget)
    {
        _options = options;
        _budget = budget;
        _sizes = candidates.ToDictionary(parameter => parameter.Name, parameter => parameter.Size);
        Blocks = BlockPartition.Of(_sizes.Select(parameter => (parameter.Key, parameter.Value)), options.Granularity);
        _blockOfParameter = Enumerable.Range(0, Blocks.Count)
            .SelectMany(block => Blocks[block].Parameters.Select(name => (name, block)))
            .ToDictionary(entry => entry.name, entry => entry.block);
        _visits = new VisitCounts(Blocks.Count);
        _norms = new BlockNorms(Blocks.Count, options.NormSmoothing);
        _target = options.TargetOf(budget);
        BlockLimit = options.BlockLimitOf(budget);
        _selector = new BlockSelector(options.Sampling, options.SeedOrDefault);
        if (options.MaskCoordinates && Blocks.Sum(block => Math.Min(block.Size, BlockLimit)) is var room && room < budget)
        {
            throw new ArgumentException(
                $"{nameof(options.MaxBlockShare)} is {options.MaxBlockShare}: with at most {BlockLimit:N0} weights a block, the {Blocks.Count} blocks have room " +
                $"for {room:N0} of the budget of {budget:N0}. Raise it, or make smaller blocks ({nameof(options.Granularity)}).", nameof(options));
        }
    }

    /// <summary>The blocks, ordered by name.</summary>
    public IReadOnlyList<Block> Blocks { get; private set; }

    /// <summary>Whether the blocks have the costs of their depths.</summary>
    public bool IsDepthKnown { get; private set; }

    /// <summary>Number of weights of one block that may be active.</summary>
    public long BlockLimit { get; }

    /// <summary>The blocks that the current selection took.</summary>
    public IReadOnlyList<int> Taken { get; private set; } = [];

    /// <summary>Number of parameters in the blocks taken.</summary>
    public int TakenParameters => Taken.Sum(block => Blocks[block].Parameters.Count);

    /// <summary>How often each block was taken, by its name.</summary>
    public IReadOnlyDictionary<string, long> Visits =>
        Enumerable.Range(0, Blocks.Count).ToDictionary(block => Blocks[block].Name, block => _visits[block]);

    public int BlockOf(NamedParameter parameter) => _blockOfParameter[parameter.Name];

    public bool IsTaken(NamedParameter parameter) => Taken.Contains(BlockOf(parameter));

    /// <summary>The blocks that an update measures, in turn. They follow from its number: there is no state.</summary>
    /// <param name="updates">Number of updates before it.</param>
    public IEnumerable<int> SampledBlocks(long updates) => Enumerable.Range(0, Blocks.Count).Where(block => IsSampled(block, updates));

    /// <summary>Whether the block of a parameter is one of those that an update measures.</summary>
    public bool IsSampled(NamedParameter parameter, long updates) => IsSampled(BlockOf(parameter), updates);

    /// <summary>Takes in the norms that a probe, or an update's samples, measured. A block whose parameters had no gradient has norm 0.</summary>
    /// <param name="measured">The blocks that were to be measured.</param>
    /// <param name="norms">Norms of their parameters.</param>
    public void Observe(IEnumerable<int> measured, IReadOnlyDictionary<NamedParameter, double> norms)
    {
        // In order of names: the sum must not depend on the order of arrival.
        var squares = norms.OrderBy(entry => entry.Key.Name, StringComparer.Ordinal).ToLookup(entry => BlockOf(entry.Key), entry => entry.Value * entry.Value);
        foreach (int block in measured)
            _norms.Observe(block, Math.Sqrt(squares[block].Sum()));
    }

    /// <summary>Notes the norms that are known now.</summary>
    /// <returns>What brings them back.</returns>
    public Action NoteNorms() => _norms.Note();

    /// <summary>Takes in that no parameter of the blocks taken had a gradient.</summary>
    public void ObserveNoGradient() => Observe(Taken, new Dictionary<NamedParameter, double>());

    /// <summary>Makes every selection from now on weigh how deep it reaches.</summary>
    /// <exception cref="ArgumentException">A parameter has no cost.</exception>
    public void Weigh(StepCosts costs)
    {
        Blocks = costs.Of(Blocks);
        IsDepthKnown = true;
    }

    /// <summary>Takes blocks.</summary>
    /// <param name="selection">Number of the selection.</param>
    public void Take(long selection)
    {
        double[] scores = [.. Blocks.Select((block, i) => _options.Score.Of(_norms[i], block.Size, _options.UseVisitShare ? _visits.Share(i) : 1))];
        Taken = _options.MaskCoordinates
            ? _selector.TakeUntil(Blocks, scores, _target, selection, _options.CountOf(BlockLimit))
            : _selector.TakeWithin(Blocks, scores, _budget, selection, BlockLimit);
    }

    /// <summary>A mask of coordinates drawn at random from the blocks taken.</summary>
    /// <param name="selection">Number of the selection.</param>
    public RandomMask NewRandomMask(long selection)
    {
        var seed = SplitMix64.Mix((ulong)_options.SeedOrDefault ^ SplitMix64.Mix((ulong)selection));
        string[] names = [.. _sizes.Keys.Order(StringComparer.Ordinal)];
        return new(
            BudgetShares.Of(Taken.Select(block => Blocks[block]), name => _sizes[name], _budget, BlockLimit),
            name => SplitMix64.Mix(seed ^ SplitMix64.Mix((ulong)Array.BinarySearch(names, name, StringComparer.Ordinal))));
    }

    /// <summary>Counts a visit of each block taken.</summary>
    public void Visit()
    {
        foreach (int block in Taken)
            _visits.Visit(block);
    }

    public void Write(BinaryWriter writer)
    {
        SavedBlocks.Write(writer, Blocks, _visits, Taken);
        _norms.Write(writer);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <returns>What takes it over; until then nothing changes.</returns>
    /// <exception cref="InvalidDataException">The blocks are others.</exception>
    public Action Read(BinaryReader reader)
    {
        var saved = SavedBlocks.Read(reader, Blocks);
        var takeOverNorms = _norms.Read(reader);
        return () =>
        {
            Taken = saved.Chosen;
            _visits.Restore(saved.Visits);
            takeOverNorms();
        };
    }

    public static InvalidDataException Mismatch(string difference) =>
        new($"The saved state has {difference}. Build the optimizer with the parameters and options of the saved run.");

    private bool IsSampled(int block, long updates)
    {
        int count = _options.Norms.BlocksPerUpdate;
        long first = updates * count % Blocks.Count;
        return (block - first + Blocks.Count) % Blocks.Count < count;
    }
}
