using FsCheck;
using FsCheck.Fluent;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

[TestClass]
public class CoordinateMaskTests
{
    /// <summary>Gradients of up to 6 parameters, in small whole numbers so that ties are frequent.</summary>
    private static readonly Arbitrary<int[][]> Gradients =
        Gen.Choose(-4, 4).ArrayOf().Where(values => values.Length > 0).NonEmptyListOf().Select(list => list.Take(6).ToArray()).ToArbitrary();

    [TestMethod]
    public void Keeps_the_largest_of_all_parameters_together() =>
        Kept(budget: 3, [[1, -5, 2], [4, 0, -3]], "p0:1", "p1:0,2");

    [TestMethod]
    public void Ties_go_to_the_first_name_and_then_to_the_first_position() =>
        Kept(budget: 3, [[0, 7, 7], [7, 7, 7]], "p0:1,2", "p1:0");

    [TestMethod]
    public void Zero_gradients_fill_a_budget_that_exceeds_the_others() =>
        Kept(budget: 3, [[0, 1, 0], [0, 0, 0]], "p0:0,1,2", "p1:");

    [TestMethod]
    public void Keeps_everything_where_the_budget_allows() =>
        Kept(budget: 6, [[1, 2, 3], [4, 5, 6]], "p0:0,1,2", "p1:0,1,2");

    [TestMethod]
    public void Values_are_the_gradients_with_their_sign()
    {
        using var mask = Mask(2, [[1, -5, 2], [4, 0, -3]], reversed: false);
        CollectionAssert.AreEqual(new[] { -5f, 4f }, Taken(mask).SelectMany(part => part.Values).ToArray());
    }

    [TestMethod]
    public void Equals_a_full_sort_for_any_gradients_and_budget() =>
        Prop.ForAll(Gradients, gradients =>
        {
            int total = gradients.Sum(values => values.Length);
            foreach (int budget in new[] { 1, (total + 1) / 2, total })
            {
                using var mask = Mask(budget, gradients, reversed: false);
                if (!FullSort(budget, gradients).SequenceEqual(Describe(mask)))
                    return false;
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Order_of_arrival_does_not_matter() =>
        Prop.ForAll(Gradients, gradients =>
        {
            int budget = (gradients.Sum(values => values.Length) + 1) / 2;
            using var forward = Mask(budget, gradients, reversed: false);
            using var backward = Mask(budget, gradients, reversed: true);
            return Describe(forward).SequenceEqual(Describe(backward));
        }).QuickCheckThrowOnFailure();

    /// <summary>Gradients of very different sizes, more numbers than are ordered directly, so that counts and a sample decide.</summary>
    [TestMethod]
    [DataRow(0.05)]
    [DataRow(0.5)]
    [DataRow(0.95)]
    public void Equals_a_full_sort_for_many_gradients_in_any_order(double share) =>
        Prop.ForAll(Gen.Choose(1, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            float[][] gradients = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => Numbers(random, random.Next(2) == 0 ? random.Next(1, 9) : random.Next(200, 900)))];
            long budget = (long)Math.Ceiling(share * gradients.Sum(values => values.Length));
            int[] order = [.. Enumerable.Range(0, gradients.Length)];
            random.Shuffle(order);
            using var mask = Mask(budget, gradients, order, fewMagnitudes: 256);
            return FullSort(budget, gradients).SequenceEqual(Describe(mask));
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Holds_no_more_than_promised_however_many_gradients_come()
    {
        const int Budget = 100;
        using var mask = new CoordinateMask(Budget);
        var random = new Random(1);
        for (int i = 0; i < 50; i++)
        {
            Offer(mask, i, Numbers(random, 40));
            Assert.IsTrue(mask.Bytes <= (CoordinateMask.BytesKept * Budget) + (4 * 40), $"{mask.Bytes} bytes after {i + 1} gradients");
        }
    }

    /// <summary>The definition: all coordinates, ordered by size, name and position.</summary>
    private static IEnumerable<string> FullSort<T>(long budget, T[][] gradients) where T : struct, System.Numerics.INumber<T>
    {
        var kept = gradients.SelectMany((values, p) => values.Select((value, i) => (value, p, i)))
            .OrderByDescending(entry => T.Abs(entry.value)).ThenBy(entry => Name(entry.p), StringComparer.Ordinal).ThenBy(entry => entry.i)
            .Take((int)budget).ToLookup(entry => entry.p, entry => entry.i);
        return Enumerable.Range(0, gradients.Length).OrderBy(Name, StringComparer.Ordinal).Select(p => $"{Name(p)}:{string.Join(",", kept[p].Order())}");
    }

    private static void Kept(long budget, int[][] gradients, params string[] expected)
    {
        using var mask = Mask(budget, gradients, reversed: false);
        CollectionAssert.AreEqual(expected, Describe(mask).ToArray());
    }

    private static IEnumerable<string> Describe(CoordinateMask mask) => Taken(mask).Select(part => $"{part.Name}:{string.Join(",", part.Positions)}");

    private static IEnumerable<(string Name, int[] Positions, float[] Values)> Taken(CoordinateMask mask)
    {
        foreach (var part in mask.TakeKept())
        {
            using (part)
                yield return (part.Parameter.Name, part.Index?.data<int>().ToArray() ?? [.. Enumerable.Range(0, (int)part.Count)], part.Gradient.data<float>().ToArray());
        }
    }

    private static CoordinateMask Mask(long budget, int[][] gradients, bool reversed)
    {
        var order = Enumerable.Range(0, gradients.Length);
        return Mask(budget, [.. gradients.Select(values => values.Select(value => (float)value).ToArray())], reversed ? order.Reverse() : order, fewMagnitudes: 4);
    }

    private static CoordinateMask Mask(long budget, float[][] gradients, IEnumerable<int> order, long fewMagnitudes)
    {
        var mask = new CoordinateMask(budget, fewMagnitudes);
        foreach (int p in order)
            Offer(mask, p, gradients[p]);
        return mask;
    }

    private static void Offer(CoordinateMask mask, int p, float[] values)
    {
        using var gradient = tensor(values);
        using var parameter = new Parameter(zeros_like(gradient), true);
        mask.Offer(new NamedParameter(Name(p), parameter, ParameterRole.Candidate, new AdamW.ParamGroup(), new AdamWOptimizerOptions()), gradient);
    }

    private static string Name(int p) => $"p{p}";

    /// <summary>Numbers of very different sizes, some of them zero and some equal.</summary>
    private static float[] Numbers(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.Next(20) == 0 ? 0 : (float)(random.Next(-40, 41) * Math.Pow(10, random.Next(-6, 3))))];
}
