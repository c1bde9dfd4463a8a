using FsCheck;
using FsCheck.Fluent;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>What every selection keeps to, whatever the model and however it is selected: greedily or at random, by smoothed or sampled norms, weighing depth or not, with a limit per block or without.</summary>
[TestClass]
public class SelectionLawTests
{
    private static readonly Arbitrary<SelectionCase> Cases =
        (from sizes in Gen.Choose(1, 40).NonEmptyListOf()
         from sparsity in Gen.Choose(0, 99)
         from choices in Gen.Choose(0, SelectionCase.AllChoices)
         select new SelectionCase([.. sizes.Take(6)], sparsity / 100.0, choices)).ToArbitrary();

    [TestMethod]
    public void A_mask_makes_exactly_as_many_weights_active_as_the_budget() =>
        Prop.ForAll(Cases, model => model.Select(masks: true).All(selection => selection.ActiveCount == model.Budget && selection.Active.Values.Sum() == model.Budget && selection.Active.Count > 0))
            .QuickCheckThrowOnFailure();

    [TestMethod]
    public void Whole_blocks_stay_within_the_budget_unless_none_fits_and_then_one_is_active() =>
        Prop.ForAll(Cases, model =>
        {
            var blocks = model.Blocks;
            bool fits = blocks.Values.Any(size => size <= Math.Min(model.Budget, model.BlockLimit));
            return model.Select(masks: false).All(selection =>
                selection.Active.Count > 0 && selection.Active.All(block => block.Value == blocks[block.Key]) && selection.ActiveCount == selection.Active.Values.Sum()
                && (fits ? selection.ActiveCount <= model.Budget : selection.Active.Count == 1));
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void No_block_has_more_active_weights_than_its_limit_where_a_block_can_keep_to_it(bool masks) =>
        Prop.ForAll(Cases, model => (!masks && model.Blocks.Values.All(size => size > Math.Min(model.Budget, model.BlockLimit)))
            || model.Select(masks).All(selection => selection.Active.Values.All(weights => weights <= model.BlockLimit))).QuickCheckThrowOnFailure();

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_selection_visits_each_block_that_it_takes_once_and_only_such_are_active(bool masks) =>
        Prop.ForAll(Cases, model =>
        {
            IReadOnlyDictionary<string, long> before = model.Blocks.ToDictionary(block => block.Key, _ => 0L);
            foreach (var selection in model.Select(masks))
            {
                var taken = selection.Visits.Where(block => block.Value == before[block.Key] + 1).Select(block => block.Key).ToHashSet();
                bool areOthersLeft = selection.Visits.All(block => taken.Contains(block.Key) || block.Value == before[block.Key]);
                if (!areOthersLeft || !(masks ? taken.IsSupersetOf(selection.Active.Keys) : taken.SetEquals(selection.Active.Keys)))
                    return false;
                before = selection.Visits;
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Every_block_is_taken_in_the_end() =>
        Prop.ForAll(Cases, model => model.WithVisitShare.Select(masks: true, updates: 300)[^1].Visits.Values.All(visits => visits > 0)).Check(Config.QuickThrowOnFailure.WithMaxTest(12));

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void The_same_seed_makes_the_same_selections_whatever_the_order_of_the_parameters(bool masks) =>
        Prop.ForAll(Cases, model => model.Select(masks).Select(selection => selection.ToString()).SequenceEqual(model.Select(masks, reversed: true).Select(selection => selection.ToString())))
            .QuickCheckThrowOnFailure();
}
