using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Turns newly selected coordinates into slices, with the moments of those that were active before.</summary>
/// <remarks>
/// Coordinates of different age need different bias corrections, and a step count for each would cost another 4 bytes. So a
/// parameter has at most two slices, each with one count: the coordinates that the last selection brought in, and those that were
/// active before. When coordinates with k steps join others with t > k, their moments are rescaled,
/// m ← m · (1 − β₁ᵗ) / (1 − β₁ᵏ) and v ← v · (1 − β₂ᵗ) / (1 − β₂ᵏ), which leaves the corrected moments m̂ and v̂ as they were.
/// </remarks>
internal static class MomentCarry
{
    /// <summary>The slices of newly selected coordinates of one parameter, with their gradients.</summary>
    /// <param name="selected">The coordinates; its tensors pass to the slices.</param>
    /// <param name="previous">The slices that the parameter had before, which stay as they are.</param>
    public static IEnumerable<AdamSlice> Slices(MaskedGradient selected, IReadOnlyList<AdamSlice> previous)
    {
        using var scope = NewDisposeScope();
        var index = Positions(selected.Index, selected.Parameter);
        var found = zeros(selected.Count, dtype: ScalarType.Bool, device: index.device);
        foreach (var slice in previous)
            found = found.logical_or(Locate(slice, index).Found);

        long carried = found.sum().ToInt64();
        var slices = new List<AdamSlice>();
        if (carried == selected.Count)
        {
            slices.Add(Carry(Slice(selected.Index, selected.Gradient), previous));
        }
        else if (carried == 0)
        {
            slices.Add(Slice(selected.Index, selected.Gradient));
        }
        else
        {
            slices.Add(Carry(Part(found), previous));
            slices.Add(Part(found.logical_not()));
        }

        return slices;

        AdamSlice Part(Tensor mask) => Slice(index.masked_select(mask), selected.Gradient.masked_select(mask));

        AdamSlice Slice(Tensor? coordinates, Tensor gradient)
        {
            // The slice owns its tensors; the selection disposes its own.
            var slice = new AdamSlice(selected.Parameter, coordinates?.alias());
            slice.AccumulateCompact(gradient.alias());
            return slice;
        }
    }

    private static AdamSlice Carry(AdamSlice slice, IReadOnlyList<AdamSlice> previous)
    {
        var options = slice.Parameter.Options;
        long steps = previous.Max(old => old.Steps);
        var expAvg = zeros_like(slice.Gradient!);
        var expAvgSq = zeros_like(slice.Gradient!);
        var index = Positions(slice.Index, slice.Parameter);
        foreach (var old in previous.Where(old => old.Steps > 0))
        {
            var (positions, found) = Locate(old, index);
            Add(expAvg, old.ExpAvg!, options.beta1!.Value);
            Add(expAvgSq, old.ExpAvgSq!, options.beta2!.Value);

            void Add(Tensor moment, Moment oldMoment, double beta)
            {
                double rescale = (1 - Math.Pow(beta, steps)) / (1 - Math.Pow(beta, old.Steps));
                moment.add_(oldMoment.Read().index_select(0, positions).mul_(found), alpha: rescale);
            }
        }

        var precision = slice.Parameter.Moments;
        slice.SetMoments(steps, Moment.Store(precision, expAvg, signed: true), Moment.Store(precision, expAvgSq, signed: false));
        return slice;
    }

    /// <summary>Where the coordinates stand in a slice, and which of them it has; the place of the others means nothing.</summary>
    private static (Tensor Positions, Tensor Found) Locate(AdamSlice slice, Tensor index)
    {
        if (slice.Index is null)
            return (index.to(ScalarType.Int64), ones_like(index, dtype: ScalarType.Bool));
        var positions = searchsorted(slice.Index, index).clamp_(max: (Scalar)(slice.Count - 1));
        return (positions, slice.Index.index_select(0, positions).eq(index));
    }

    private static Tensor Positions(Tensor? index, NamedParameter parameter) =>
        index ?? arange(parameter.Size, dtype: ScalarType.Int32, device: parameter.Value.device);
}
