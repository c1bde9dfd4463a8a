using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Where some coordinates of a parameter stand among others of it.</summary>
/// <param name="First">Place of the first of them.</param>
/// <param name="Places">Their places among the others that lie in the same stretch of the parameter, int64 [count]; −1 for those that are not there.</param>
/// <param name="OthersFirst">Place of the first of the others.</param>
/// <param name="OthersCount">Number of the others.</param>
internal readonly record struct CoordinateOverlap(long First, Tensor Places, long OthersFirst, long OthersCount)
{
    private const long Stretch = 8 * CoordinateIndex.ChunkSize;

    /// <summary>Number of the coordinates.</summary>
    public long Count => Places.numel();

    /// <summary>Which of them are among the others, bool [count].</summary>
    public Tensor Found => Places.ge(0);

    /// <summary>What belongs to the coordinates, of what belongs to the others; that of coordinates which are not there means nothing.</summary>
    /// <param name="values">A number for each of all other coordinates.</param>
    public Tensor Of(Tensor values) => values.narrow(0, OthersFirst, OthersCount).index_select(0, Places.clamp_min(0));

    /// <summary>
    /// Compares the coordinates of two indices, of which null has all: one stretch of the parameter after the other, which is linear and takes little memory. Stretches in which they have none
    /// in common for want of coordinates are left out; tensors are disposed when the next is asked for.
    /// </summary>
    /// <param name="index">The coordinates.</param>
    /// <param name="others">The others.</param>
    /// <param name="parameter">The parameter.</param>
    public static IEnumerable<CoordinateOverlap> Between(CoordinateIndex? index, CoordinateIndex? others, NamedParameter parameter)
    {
        for (long start = 0; start < parameter.Size; start += Stretch)
        {
            using var scope = NewDisposeScope();
            long length = Math.Min(Stretch, parameter.Size - start);
            var ((first, count), (othersFirst, othersCount)) = (Within(index), Within(others));
            if (count == 0 || othersCount == 0)
                continue;
            var places = full([length], -1, ScalarType.Int64, parameter.Value.device);
            places.index_copy_(0, Positions(others, othersFirst, othersCount), arange(othersCount, dtype: ScalarType.Int64, device: places.device));
            yield return new(first, places.index_select(0, Positions(index, first, count)), othersFirst, othersCount);

            (long First, long Count) Within(CoordinateIndex? some) => some?.Within(start, length) ?? (start, length);

            Tensor Positions(CoordinateIndex? some, long from, long number) =>
                some?.Positions(from, number).sub_(start) ?? arange(number, dtype: ScalarType.Int64, device: places.device);
        }
    }
}
