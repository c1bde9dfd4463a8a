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
        CollectionAssert.AreEqual(new[] { -5f, 4f }, mask.Kept().SelectMany(part => part.Gradient.data<float>().ToArray()).ToArray());
    }

    [TestMethod]
    public void Equals_a_full_sort_for_any_gradients_and_budget() =>
        Prop.ForAll(Gradients, gradients =>
        {
            int total = gradients.Sum(values => values.Length);
            foreach (int budget in new[] { 1, (total + 1) / 2, total })
            {
                var expected = gradients.SelectMany((values, p) => values.Select((value, i) => (value, p, i)))
                    .OrderByDescending(entry => Math.Abs(entry.value)).ThenBy(entry => entry.p).ThenBy(entry => entry.i)
                    .Take(budget).OrderBy(entry => entry.p).ThenBy(entry => entry.i).Select(entry => (entry.p, entry.i));
                using var mask = Mask(budget, gradients, reversed: false);
                if (!expected.SequenceEqual(mask.Kept().SelectMany((part, p) => Positions(part).Select(i => (p, i)))))
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

    private static void Kept(long budget, int[][] gradients, params string[] expected)
    {
        using var mask = Mask(budget, gradients, reversed: false);
        CollectionAssert.AreEqual(expected, Describe(mask).ToArray());
    }

    private static IEnumerable<string> Describe(CoordinateMask mask) =>
        mask.Kept().Select(part => $"{part.Parameter.Name}:{string.Join(",", Positions(part))}");

    private static IEnumerable<int> Positions(MaskedGradient part) =>
        part.Index is null ? Enumerable.Range(0, (int)part.Count) : part.Index.data<int>().ToArray();

    private static CoordinateMask Mask(long budget, int[][] gradients, bool reversed)
    {
        var mask = new CoordinateMask(budget, fewMagnitudes: 4);
        var offered = gradients.Select((values, p) => (values, p));
        foreach (var (values, p) in reversed ? offered.Reverse() : offered)
        {
            using var gradient = tensor(values.Select(value => (float)value).ToArray());
            using var parameter = new Parameter(zeros_like(gradient), true);
            mask.Offer(new NamedParameter($"p{p}", parameter, ParameterRole.Candidate, new AdamW.ParamGroup(), new AdamWOptimizerOptions()), gradient);
        }

        return mask;
    }
}
