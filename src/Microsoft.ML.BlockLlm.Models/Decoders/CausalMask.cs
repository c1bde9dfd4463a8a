using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Which tokens of a batch a token may look at. Layers with the same window share the mask of a batch.</summary>
/// <param name="Bias">Added to the scores: 0 where a token may look, −∞ elsewhere, <c>[batch or 1, 1, tokens, keys]</c>. Null if <paramref name="IsPlainCausal"/> says all, or nothing is hidden.</param>
/// <param name="IsPlainCausal">Whether a token sees itself and all tokens before it, and no cached ones.</param>
internal sealed record CausalMask(Tensor? Bias, bool IsPlainCausal) : IDisposable
{
    /// <summary>The mask of a batch.</summary>
    public static CausalMask For(TokenBatch batch, int? window)
    {
        var keys = batch.FirstPosition + batch.Length;
        var visible = window is { } size && size < keys ? size : (long?)null;
        var padding = batch.AttentionMask is { } mask && !IsPaddedOnRight(mask) ? mask : null;
        if (visible is null && padding is null && batch.PositionIds is null)
        {
            if (batch.Length == keys)
                return new CausalMask(null, batch.Length > 1);
            if (batch.Length == 1)
                return new CausalMask(null, false);
        }
        return new CausalMask(CreateBias(batch, keys, visible, padding), false);
    }

    /// <inheritdoc/>
    public void Dispose() => Bias?.Dispose();

    private static Tensor CreateBias(TokenBatch batch, long keys, long? window, Tensor? padding)
    {
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        var device = batch.InputIds.device;
        var positions = arange(keys, int64, device);
        var distance = positions.narrow(0, batch.FirstPosition, batch.Length).unsqueeze(1) - positions;
        var hidden = distance.lt(0);
        if (window is { } size)
            hidden = hidden.logical_or(distance.ge(size));
        hidden = hidden.view(1, 1, batch.Length, keys);
        if (batch.PositionIds is { } textPositions)
        {
            var texts = textPositions.eq(0).to_type(int64).cumsum(1);
            hidden = hidden.logical_or(texts.unsqueeze(1).unsqueeze(3).ne(texts.unsqueeze(1).unsqueeze(2)));
        }
        // A padding token sees itself: with nothing to see, its NaN would spread to all that follows.
        if (padding is not null)
            hidden = hidden.logical_or(padding.logical_not().view(padding.shape[0], 1, 1, keys)).logical_and(distance.ne(0));
        return zeros(hidden.shape, float32, device).masked_fill(hidden, float.NegativeInfinity).DetachFromDisposeScope();
    }

    // Padding after a row's tokens is hidden from them already, as everything after them is.
    private static bool IsPaddedOnRight(Tensor mask)
    {
        if (mask.shape[1] == 1)
            return true;
        using var scope = NewDisposeScope();
        var (before, after) = (mask.narrow(1, 0, mask.shape[1] - 1), mask.narrow(1, 1, mask.shape[1] - 1));
        return !before.logical_not().logical_and(after).any().item<bool>();
    }
}
