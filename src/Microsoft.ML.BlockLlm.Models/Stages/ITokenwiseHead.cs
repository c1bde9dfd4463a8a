namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// A last <see cref="Stage"/> that makes each token's output from that token's input alone: the engine may run it on some tokens at a
/// time, so that the logits of a large vocabulary never exist whole.
/// </summary>
public interface ITokenwiseHead
{
    /// <summary>How many numbers the output has for each token: the size of the vocabulary.</summary>
    long OutputSize { get; }
}
