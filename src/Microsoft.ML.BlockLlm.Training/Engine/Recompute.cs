namespace Microsoft.ML.BlockLlm.Training;

/// <summary>
/// Which stages compute their activations again for backward, instead of keeping them from forward (Chen et al., 2016, arXiv 1604.06174). Of such a stage
/// only the input is kept, and it runs a second time for backward; the gradients are the same.
/// </summary>
/// <remarks>They are the lowest stages: when these run again, the stages above have released what they kept.</remarks>
public readonly record struct Recompute
{
    private Recompute(int stages) => Stages = stages;

    /// <summary>All activations are kept: the fastest. The default.</summary>
    public static Recompute None => default;

    /// <summary>All stages but the head run again: about a third more work, and the activations of one stage at once.</summary>
    public static Recompute All => new(int.MaxValue);

    /// <summary>How many stages run again, from the first one on. The last stage, which backward begins with, never does.</summary>
    public int Stages { get; }

    /// <summary>Some stages run again.</summary>
    /// <param name="stages">How many, from the first one on; more than there are mean all.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public static Recompute Lowest(int stages)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stages);
        return new(stages);
    }

    /// <summary>Whether a stage runs again.</summary>
    /// <param name="stage">Its position.</param>
    /// <param name="stages">Number of stages of the model.</param>
    internal bool Includes(int stage, int stages) => stage < Math.Min(Stages, stages - 1);

    /// <inheritdoc/>
    public override string ToString() => Stages switch
    {
        0 => nameof(None),
        int.MaxValue => nameof(All),
        _ => $"{nameof(Lowest)}({Stages})",
    };
}
