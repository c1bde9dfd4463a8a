using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Turns newly selected coordinates into slices, with the moments and master weights of those that were active before.</summary>
/// <remarks>
/// Coordinates of different age need different bias corrections, and a step count for each would cost another 4 bytes. So a
/// parameter has at most two slices, each with one count: the coordinates that the last selection brought in, and those that were
/// active before. When coordinates with k steps join others with t > k that stay active too, their moments are rescaled,
/// m ← m · (1 − β₁ᵗ) / (1 − β₁ᵏ) and v ← v · (1 − β₂ᵗ) / (1 − β₂ᵏ), which leaves the corrected moments m̂ and v̂ as they were. Where none of the others stays, k remains the count.
/// </remarks>
internal static class StateCarry
{
    /// <summary>The slices of newly selected coordinates of one parameter, with their gradients: those that were active before, and the others; null for none.</summary>
    /// <param name="selected">The coordinates.</param>
    /// <param name="previous">The slices that the parameter had before.</param>
    /// <returns>
    /// The slices, and the count of updates that those active before have: the most that any of them has seen. A slice of which nothing stays must not age the coordinates of another, whose moments
    /// have seen no more gradients than they have.
    /// </returns>
    public static (AdamSlice? Known, AdamSlice? Others, long Steps) Split(MaskedGradient selected, IReadOnlyList<AdamSlice> previous)
    {
        using var scope = NewDisposeScope();
        var parameter = selected.Parameter;
        var index = selected.Index is { } positions ? new CoordinateIndex(positions, parameter.Size) : null;
        if (previous.Count == 0)
            return (null, Slice(index, selected.Gradient.alias()), 0);
        long steps = 0;
        var known = zeros(selected.Count, dtype: ScalarType.Bool, device: selected.Gradient.device);
        foreach (var old in previous)
        {
            foreach (var overlap in CoordinateOverlap.Between(index, old.Index, parameter))
            {
                var part = known.narrow(0, overlap.First, overlap.Count);
                part.copy_(part.logical_or(overlap.Found));
                if (old.Steps > steps && overlap.Found.any().ToBoolean())
                    steps = old.Steps;
            }
        }

        long count = known.sum().ToInt64();
        if (count == 0)
            return (null, Slice(index, selected.Gradient.alias()), 0);
        if (count == selected.Count)
            return (Slice(index, selected.Gradient.alias()), null, steps);
        index?.Dispose();
        return (Marked(known), Marked(known.logical_not()), steps);

        AdamSlice Marked(Tensor mask)
        {
            var coordinates = selected.Index?.masked_select(mask) ?? mask.nonzero().view(-1);
            return Slice(new CoordinateIndex(coordinates, parameter.Size), selected.Gradient.masked_select(mask));
        }

        AdamSlice Slice(CoordinateIndex? coordinates, Tensor gradient)
        {
            var slice = new AdamSlice(parameter, coordinates);
            slice.AccumulateCompact(gradient);
            return slice;
        }
    }

    /// <summary>Gives a slice the state that its coordinates had before.</summary>
    /// <param name="slice">The slice.</param>
    /// <param name="previous">The slices that the parameter had before, which stay as they are.</param>
    /// <param name="steps">The count of updates that its moments have; null if none are kept. Master weights always are.</param>
    public static void TakeOver(AdamSlice slice, IReadOnlyList<AdamSlice> previous, long? steps)
    {
        using var scope = NewDisposeScope();
        if (steps is not null)
            CarryMoments(slice, previous, steps.Value);
        if (previous.Any(old => old.Masters is not null))
            CarryMasters(slice, previous);
    }

    private static void CarryMoments(AdamSlice slice, IReadOnlyList<AdamSlice> previous, long steps)
    {
        var (parameter, options) = (slice.Parameter, slice.Parameter.Options);
        var expAvg = zeros_like(slice.Gradient!, dtype: ScalarType.Float32);
        var expAvgSq = zeros_like(expAvg);
        foreach (var old in previous)
        {
            double rescale = Rescale(options.beta1!.Value), rescaleSq = Rescale(options.beta2!.Value);
            using var oldScope = NewDisposeScope();
            var (oldExpAvg, oldExpAvgSq) = (old.ExpAvg!.Read(), old.ExpAvgSq!.Read());
            foreach (var overlap in CoordinateOverlap.Between(slice.Index, old.Index, parameter))
            {
                expAvg.narrow(0, overlap.First, overlap.Count).add_(overlap.Of(oldExpAvg).mul_(overlap.Found), alpha: rescale);
                expAvgSq.narrow(0, overlap.First, overlap.Count).add_(overlap.Of(oldExpAvgSq).mul_(overlap.Found), alpha: rescaleSq);
            }

            double Rescale(double beta) => (1 - Math.Pow(beta, steps)) / (1 - Math.Pow(beta, old.Steps));
        }

        slice.SetMoments(steps, Moment.Store(parameter.Moments, expAvg, signed: true), Moment.Store(parameter.Moments, expAvgSq, signed: false));
    }

    private static void CarryMasters(AdamSlice slice, IReadOnlyList<AdamSlice> previous)
    {
        using var weights = slice.Parameter.Open();
        var masters = slice.StoredWeights().to(ScalarType.Float32);
        foreach (var old in previous.Where(old => old.Masters is not null))
        {
            foreach (var overlap in CoordinateOverlap.Between(slice.Index, old.Index, slice.Parameter))
            {
                var part = masters.narrow(0, overlap.First, overlap.Count);
                part.copy_(where(overlap.Found, overlap.Of(old.Masters!), part));
            }
        }

        slice.SetMasters(masters);
    }
}
