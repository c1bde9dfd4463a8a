using Microsoft.ML.BlockLlm.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Tokens, and what the model should make of them.</summary>
/// <remarks>The batch owns its tensors and disposes them. They are on the device of the model.</remarks>
public sealed class TrainingBatch : IDisposable
{
    /// <summary>The class index of a target that does not count, such as padding of a language model.</summary>
    public const long IgnoredTarget = -100;

    /// <summary>Makes a batch from tensors, which it owns from then on.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="targets">Class indices, <c>[batch]</c> for a classifier, <c>[batch, tokens]</c> for a language model, int64; or floating-point values for a loss that compares with them.</param>
    /// <exception cref="ArgumentException">There is not one row of targets for each text or each pair of texts, or no target counts.</exception>
    public TrainingBatch(TokenBatch tokens, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(targets);
        if (targets.dim() == 0 || (targets.shape[0] != tokens.BatchSize && 2 * targets.shape[0] != tokens.BatchSize))
            throw new ArgumentException(
                $"The batch has {tokens.BatchSize} texts; targets must have one row for each text or for each pair, but are [{string.Join(", ", targets.shape)}].", nameof(targets));
        Tokens = tokens;
        Targets = targets.DetachFromDisposeScope();
        HasClassTargets = targets.dtype == ScalarType.Int64;
        TokenCount = tokens.AttentionMask is { } mask ? CountTrue(mask) : tokens.InputIds.numel();
        TargetCount = HasClassTargets ? CountCounted(targets) : targets.numel();
        if (TargetCount == 0)
            throw new ArgumentException("No target of the batch counts, so it has no mean loss. Leave such batches out.", nameof(targets));
    }

    /// <summary>The tokens.</summary>
    public TokenBatch Tokens { get; }

    /// <summary>What the model should make of them.</summary>
    public Tensor Targets { get; }

    /// <summary>Whether the targets are class indices rather than values.</summary>
    public bool HasClassTargets { get; }

    /// <summary>How many tokens there are, padding left out.</summary>
    public long TokenCount { get; }

    /// <summary>How many targets count.</summary>
    public long TargetCount { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Tokens.Dispose();
        Targets.Dispose();
    }

    private static long CountCounted(Tensor targets)
    {
        using var counted = targets.ne(IgnoredTarget);
        return CountTrue(counted);
    }

    private static long CountTrue(Tensor mask)
    {
        using var count = mask.sum();
        return count.item<long>();
    }
}
