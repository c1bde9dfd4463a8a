namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What one backward pass leaves with the optimizer.</summary>
/// <param name="Name">What the pass is for.</param>
/// <param name="HeldBytes">Bytes the optimizer holds, beside its state, after it was given so many gradient numbers.</param>
public sealed record GradientPass(string Name, Func<long, long> HeldBytes)
{
    /// <summary>Whether it runs all stages again whatever the options say, as probing passes do. Default: false.</summary>
    public bool RunsAllAgain { get; init; }

    /// <summary>
    /// Bytes the optimizer holds from the end of the pass to the update, beside its state, while further batches add to its gradients. Default: null, what it holds when it was given all gradients.
    /// </summary>
    public long? SummedBytes { get; init; }
}
