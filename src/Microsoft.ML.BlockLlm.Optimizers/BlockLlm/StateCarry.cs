using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Turns newly selected coordinates into slices, with the moments and master weights of those that were active before.</summary>
/// <remarks>
/// Coordinates of different age need different bias corrections, and a step count for each would cost another 4 bytes. So a
/// parameter has at most two slices, each with one count: the coordinates that the last selection brought in, and those that were
/// active before. When coordinates with k steps join others with t > k, their moments are rescaled,
/// m ← m · (1 − β₁ᵗ) / (1 − β₁ᵏ) and v ← v · (1 − β₂ᵗ) / (1 − β₂ᵏ), which leaves the corrected moments m̂ and v̂ as they were.
/// </remarks>
internal static class StateCarry
{
    /// <summary>The slices of newly selected coordinates of one parameter, with their gradients.</summary>
    /// <param name="selected">The coordinates; its tensors pass to the slices.</param>
    /// <param name="previous">The slices that the parameter had before, which stay as they are.</param>
    /// <param name="carryMoments">Whether moments are kept. Master weights always are.</param>
    public static IReadOnlyList<AdamSlice> Slices(MaskedGradient selected, IReadOnlyList<AdamSlice> previous, bool carryMoments)
    {
        using var scope = NewDisposeScope();
        var positions = selected.Index?.to(ScalarType.Int64) ?? arange(selected.Count, dtype: ScalarType.Int64, device: selected.Gradient.device);
        var found = zeros(selected.Count, dtype: ScalarType.Bool, device: positions.device);
        if (carryMoments)
        {
            foreach (var slice in previous)
                found = found.logical_or(Locate(slice, positions).Found);
        }

        long carried = found.sum().ToInt64();
        List<AdamSlice> slices = carried > 0 && carried < selected.Count
            ? [Part(found), Part(found.logical_not())]
            : [Slice(selected.Index is null ? null : positions, selected.Gradient)];
        if (carried > 0)
            CarryMoments(slices[0], previous);
        foreach (var slice in slices.Where(slice => slice.Parameter.HasMasters))
            CarryMasters(slice, previous);
        return slices;

        AdamSlice Part(Tensor mask) => Slice(positions.masked_select(mask), selected.Gradient.masked_select(mask));

        AdamSlice Slice(Tensor? coordinates, Tensor gradient)
        {
            // The slice owns its gradient; the selection disposes its own.
            var slice = new AdamSlice(selected.Parameter, coordinates is null ? null : new CoordinateIndex(coordinates, selected.Parameter.Size));
            slice.AccumulateCompact(gradient.alias());
            return slice;
        }
    }

    private static void CarryMoments(AdamSlice slice, IReadOnlyList<AdamSlice> previous)
    {
        var options = slice.Parameter.Options;
        long steps = previous.Max(old => old.Steps);
        var expAvg = zeros_like(slice.Gradient!);
        var expAvgSq = zeros_like(slice.Gradient!);
        var positions = slice.Positions();
        foreach (var old in previous.Where(old => old.Steps > 0))
        {
            var (places, found) = Locate(old, positions);
            Add(expAvg, old.ExpAvg!, options.beta1!.Value);
            Add(expAvgSq, old.ExpAvgSq!, options.beta2!.Value);

            void Add(Tensor moment, Moment oldMoment, double beta)
            {
                double rescale = (1 - Math.Pow(beta, steps)) / (1 - Math.Pow(beta, old.Steps));
                moment.add_(oldMoment.Read().index_select(0, places).mul_(found), alpha: rescale);
            }
        }

        var precision = slice.Parameter.Moments;
        slice.SetMoments(steps, Moment.Store(precision, expAvg, signed: true), Moment.Store(precision, expAvgSq, signed: false));
    }

    private static void CarryMasters(AdamSlice slice, IReadOnlyList<AdamSlice> previous)
    {
        var positions = slice.Positions();
        var masters = slice.Parameter.Flat().index_select(0, positions).to(ScalarType.Float32);
        foreach (var old in previous.Where(old => old.Masters is not null))
        {
            var (places, found) = Locate(old, positions);
            masters = where(found, old.Masters!.index_select(0, places), masters);
        }

        slice.SetMasters(masters);
    }

    /// <summary>Where coordinates stand in a slice, and which of them it has; the place of the others means nothing.</summary>
    private static (Tensor Places, Tensor Found) Locate(AdamSlice slice, Tensor positions)
    {
        if (slice.Index is null)
            return (positions, ones_like(positions, dtype: ScalarType.Bool));
        var own = slice.Positions();
        var places = searchsorted(own, positions).clamp_(max: (Scalar)(slice.Count - 1));
        return (places, own.index_select(0, places).eq(positions));
    }
}
