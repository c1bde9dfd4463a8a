namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What the tensors of one stage take for one batch, in bytes; its parameters and their gradients apart.</summary>
public readonly record struct ActivationMemory
{
    /// <summary>The stage's output, which is the next one's input.</summary>
    public long Output { get; init; }

    /// <summary>What its graph keeps from forward to backward, its input and output apart.</summary>
    public long Saved { get; init; }

    /// <summary>What its forward pass needs at its largest beside all that.</summary>
    public long Forward { get; init; }

    /// <summary>What its backward pass needs at its largest beside what is saved and the gradient of its output. Negative if it begins to release before it begins to need.</summary>
    public long Backward { get; init; }

    /// <summary>What gathers over the parts of a head that runs on some tokens at a time: the gradients of its parameters and of its input. 0 where it runs once.</summary>
    public long Gathered { get; init; }
}
