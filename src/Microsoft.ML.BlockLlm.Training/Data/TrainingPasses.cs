namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Reads the passes through the data, group by group, and knows where it is.</summary>
internal sealed class TrainingPasses(ITrainingData data, TrainingOptions options) : IDisposable
{
    private BatchDigest? _digest;
    private IEnumerator<TrainingBatch>? _pass;
    private PassPosition _before = PassPosition.Start;

    /// <summary>The pass that is open or due, from 1.</summary>
    public int Epoch { get; private set; } = PassPosition.Start.Epoch;

    /// <summary>What was read last, by this run or before its checkpoint. It outlives the end of a pass, so that what was read can always be compared.</summary>
    public PassPosition Position { get; private set; } = PassPosition.Start;

    /// <summary>Opens the pass that is due, unless it is open; false if there is none.</summary>
    public bool TryOpen()
    {
        if (_pass is not null)
            return true;
        if (Epoch > options.Epochs)
            return false;
        Open();
        return true;
    }

    /// <summary>Reads the next group of the open pass; null at its end.</summary>
    public BatchGroup? Next()
    {
        var group = BatchGroup.Next(_pass!, options.GradientAccumulation);
        if (group is null)
            return null;
        Add(group);
        return group;
    }

    /// <summary>Takes the last group back, of a run that ends before it has trained on it: one that goes on reads it again.</summary>
    public void TakeBack() => Position = _before;

    /// <summary>Closes the open pass at its end.</summary>
    public void Close()
    {
        Dispose();
        Epoch++;
    }

    /// <summary>Goes to a place, before any pass is open.</summary>
    public void Resume(PassPosition position) => (Epoch, Position) = (position.Epoch, position);

    /// <summary>Opens the pass that a checkpoint was made in, if there is one, and reads it on to its place.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="CheckpointException">The data is not that which was read before.</exception>
    /// <exception cref="OperationCanceledException">The reading was cancelled; the place is somewhere before that of the checkpoint.</exception>
    public void ReadOn(CancellationToken cancellationToken)
    {
        var place = Position;
        if (place.Groups == 0)
            return;
        Open();
        Position = place with { Groups = 0 };
        while (Position.Groups < place.Groups)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var group = Next() ?? throw OtherData(place);
        }

        if (Position.Digest != place.Digest)
            throw OtherData(place);
    }

    public void Dispose()
    {
        _pass?.Dispose();
        _digest?.Dispose();
        (_pass, _digest) = (null, null);
    }

    private void Open()
    {
        _pass = data.ReadShuffled(options.BatchSize, unchecked(options.Seed + (Epoch * 1_000_003))).GetEnumerator();
        _digest = options.Checkpoints is null ? null : new BatchDigest();
    }

    private void Add(BatchGroup group)
    {
        if (_digest is null)
            return;
        foreach (var batch in group.Batches)
            _digest.Add(batch);
        _before = Position;
        var groups = Position.Epoch == Epoch ? Position.Groups : 0;
        Position = new PassPosition(Epoch, groups + 1, _digest.Value);
    }

    private CheckpointException OtherData(PassPosition place) => new(options.Checkpoints!.Directory,
        $"the data is not that of the checkpoint: it differs within the first {place.Groups} updates of epoch {place.Epoch}. Go on with the same data in the same order, or begin anew in another folder.");
}

/// <summary>A place in the data.</summary>
/// <param name="Epoch">The pass, from 1.</param>
/// <param name="Groups">How many groups of batches of it were read.</param>
/// <param name="Digest">SHA-256 over these groups, in hexadecimal; empty if none was read.</param>
internal sealed record PassPosition(int Epoch, long Groups, string Digest)
{
    public static PassPosition Start { get; } = new(1, 0, "");
}
