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
        Overlap[] overlaps = [.. previous.Where(old => old.Steps > 0).Select(old => Overlap.Of(old, positions))];
        var carried = carryMoments ? overlaps : [];
        var known = carried.Aggregate(zeros_like(positions, dtype: ScalarType.Bool), (found, overlap) => found.logical_or(overlap.Found));

        long count = known.sum().ToInt64();
        return count == 0 || count == selected.Count
            ? [Slice(mask: null, count > 0)]
            : [Slice(known, isCarried: true), Slice(known.logical_not(), isCarried: false)];

        // The slice owns its gradient; the selection disposes its own.
        AdamSlice Slice(Tensor? mask, bool isCarried)
        {
            var parameter = selected.Parameter;
            var coordinates = mask is null ? positions : positions.masked_select(mask);
            var slice = new AdamSlice(parameter, selected.Index is null && mask is null ? null : new CoordinateIndex(coordinates, parameter.Size));
            slice.AccumulateCompact(mask is null ? selected.Gradient.alias() : selected.Gradient.masked_select(mask));
            if (isCarried)
                CarryMoments(slice, [.. carried.Select(overlap => overlap.Of(mask))]);
            if (parameter.HasMasters)
                CarryMasters(slice, coordinates, overlaps.Select(overlap => overlap.Of(mask)));
            return slice;
        }
    }

    private static void CarryMoments(AdamSlice slice, IReadOnlyList<Overlap> overlaps)
    {
        var options = slice.Parameter.Options;
        long steps = overlaps.Max(overlap => overlap.Old.Steps);
        var expAvg = zeros_like(slice.Gradient!, dtype: ScalarType.Float32);
        var expAvgSq = zeros_like(expAvg);
        foreach (var overlap in overlaps)
        {
            Add(expAvg, overlap.Old.ExpAvg!, options.beta1!.Value);
            Add(expAvgSq, overlap.Old.ExpAvgSq!, options.beta2!.Value);

            void Add(Tensor moment, Moment oldMoment, double beta)
            {
                double rescale = (1 - Math.Pow(beta, steps)) / (1 - Math.Pow(beta, overlap.Old.Steps));
                moment.add_(oldMoment.Read().index_select(0, overlap.Places).mul_(overlap.Found), alpha: rescale);
            }
        }

        var precision = slice.Parameter.Moments;
        slice.SetMoments(steps, Moment.Store(precision, expAvg, signed: true), Moment.Store(precision, expAvgSq, signed: false));
    }

    private static void CarryMasters(AdamSlice slice, Tensor positions, IEnumerable<Overlap> overlaps)
    {
        using var weights = slice.Parameter.Open();
        var masters = slice.Parameter.Flat().index_select(0, positions).to(ScalarType.Float32);
        foreach (var overlap in overlaps.Where(overlap => overlap.Old.Masters is not null))
            masters = where(overlap.Found, overlap.Old.Masters!.index_select(0, overlap.Places), masters);
        slice.SetMasters(masters);
    }

    /// <summary>Where coordinates stand in a slice of before.</summary>
    /// <param name="Old">The slice.</param>
    /// <param name="Places">Their places in it, int64 [count]; those of coordinates that it has not mean nothing.</param>
    /// <param name="Found">Which of them it has, bool [count].</param>
    private readonly record struct Overlap(AdamSlice Old, Tensor Places, Tensor Found)
    {
        public static Overlap Of(AdamSlice old, Tensor positions)
        {
            if (old.Index is null)
                return new(old, positions, ones_like(positions, dtype: ScalarType.Bool));
            var own = old.Positions();
            var places = searchsorted(own, positions).clamp_(max: (Scalar)(old.Count - 1));
            return new(old, places, own.index_select(0, places).eq(positions));
        }

        /// <summary>That of some of the coordinates; of all if there is no mask.</summary>
        public Overlap Of(Tensor? mask) => mask is null ? this : new(Old, Places.masked_select(mask), Found.masked_select(mask));
    }
}
