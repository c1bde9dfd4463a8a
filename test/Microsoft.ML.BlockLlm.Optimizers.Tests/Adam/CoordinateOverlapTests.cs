using FsCheck;
using FsCheck.Fluent;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

[TestClass]
public class CoordinateOverlapTests
{
    /// <summary>Several stretches.</summary>
    private const int Size = 1_000_000;

    private static readonly Arbitrary<int[]> Coordinates =
        Gen.Choose(0, 999).NonEmptyListOf().Select(some => some.Distinct().Order().Select(place => place * (Size / 1000)).ToArray()).ToArbitrary();

    [TestMethod]
    public void Each_coordinate_finds_what_belongs_to_it_among_the_others() =>
        Prop.ForAll(Coordinates, Coordinates, (own, others) => Found(own, others).SequenceEqual(own.Intersect(others))).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Null_has_all_coordinates()
    {
        int[] some = [0, 7, 262_143, 262_144, Size - 1];
        CollectionAssert.AreEqual(some, Found(some, null));
        CollectionAssert.AreEqual(some, Found(null, some));
        Assert.AreEqual(Size, Found(null, null).Length);
    }

    /// <summary>The coordinates that are among others: each of these has its own position as its value.</summary>
    private static int[] Found(int[]? own, int[]? others)
    {
        using var scope = NewDisposeScope();
        using var weights = new Parameter(zeros(Size), true);
        var parameter = new NamedParameter("w", weights, ParameterRole.Candidate, new AdamW.ParamGroup(), new AdamWOptimizerOptions());
        using var index = Index(own);
        using var otherIndex = Index(others);
        var values = others is null ? arange(Size, dtype: ScalarType.Int32) : tensor(others);
        var found = new List<int>();
        foreach (var overlap in CoordinateOverlap.Between(index, otherIndex, parameter))
        {
            var (given, isFound) = (overlap.Of(values).data<int>().ToArray(), overlap.Found.data<bool>().ToArray());
            var positions = own is null ? Enumerable.Range((int)overlap.First, (int)overlap.Count) : own.Skip((int)overlap.First).Take((int)overlap.Count);
            foreach (var (position, place) in positions.Select((position, place) => (position, place)).Where(entry => isFound[entry.place]))
            {
                Assert.AreEqual(position, given[place]);
                found.Add(position);
            }
        }

        return [.. found];
    }

    private static CoordinateIndex? Index(int[]? coordinates)
    {
        if (coordinates is null)
            return null;
        using var positions = tensor(coordinates);
        return new CoordinateIndex(positions, Size);
    }
}
