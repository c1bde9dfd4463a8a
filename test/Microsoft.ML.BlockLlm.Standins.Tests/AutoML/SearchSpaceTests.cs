using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.BlockLlm.Standins.Tests.AutoML;

[TestClass]
public sealed class SearchSpaceTests
{
    [TestMethod]
    public void A_range_is_spread_evenly()
    {
        var option = new UniformDoubleOption(-1, 3);

        Assert.AreEqual(-1.0, Sample(option, 0));
        Assert.AreEqual(0.0, Sample(option, 0.25));
        Assert.AreEqual(3.0, Sample(option, 1));
        Assert.AreEqual(0.25, option.MappingToFeatureSpace(Parameter.FromDouble(0)).Single());
    }

    [TestMethod]
    public void A_logarithmic_range_spreads_its_logarithm_evenly()
    {
        var option = new UniformDoubleOption(0.001, 1, logBase: true);

        Assert.AreEqual(0.01, Sample(option, 1.0 / 3), 1e-12);
        Assert.AreEqual(2.0 / 3, option.MappingToFeatureSpace(Parameter.FromDouble(0.1)).Single(), 1e-12);
    }

    [TestMethod]
    public void An_integer_is_rounded_down()
    {
        var option = new UniformIntOption(0, 4);

        Assert.AreEqual(1, option.SampleFromFeatureSpace([0.49]).AsType<int>());
        Assert.AreEqual(2, option.SampleFromFeatureSpace([0.5]).AsType<int>());
        Assert.AreEqual(4, option.SampleFromFeatureSpace([1]).AsType<int>());
    }

    [TestMethod]
    public void Choices_share_the_feature_equally()
    {
        var option = new ChoiceOption("a", "b", "c", "d", "e");

        CollectionAssert.AreEqual(
            new[] { "a", "a", "b", "c", "e", "e" },
            new[] { 0, 0.19, 0.2, 0.5, 0.8, 1 }.Select(feature => option.SampleFromFeatureSpace([feature]).AsType<string>()).ToArray());
        Assert.AreEqual(0.4, option.MappingToFeatureSpace(Parameter.FromString("c")).Single(), 1e-6);
    }

    [TestMethod]
    public void A_single_choice_has_no_feature()
    {
        var option = new ChoiceOption(7);

        Assert.AreEqual(0, option.FeatureSpaceDim);
        Assert.AreEqual(7, option.SampleFromFeatureSpace([]).AsType<int>());
    }

    [TestMethod]
    public void A_search_begins_at_the_defaults_and_at_the_lowest_value_without_one()
    {
        var space = new SearchSpace.SearchSpace
        {
            ["rate"] = new UniformDoubleOption(0.001, 1, logBase: true, 0.1),
            ["size"] = new UniformIntOption(8, 64),
            ["kind"] = new ChoiceOption(["x", "y"], "y"),
        };

        var start = space.SampleFromFeatureSpace(space.Default);

        Assert.AreEqual(0.1, start["rate"].AsType<double>(), 1e-12);
        Assert.AreEqual(8, start["size"].AsType<int>());
        Assert.AreEqual("y", start["kind"].AsType<string>());
    }

    [TestMethod]
    public void Features_stand_in_the_order_of_the_names()
    {
        var space = new SearchSpace.SearchSpace { ["b"] = new UniformDoubleOption(0, 1), ["a"] = new UniformDoubleOption(0, 10) };

        var parameter = space.SampleFromFeatureSpace([0.5, 0.25]);

        Assert.AreEqual(5.0, parameter["a"].AsType<double>());
        Assert.AreEqual(0.25, parameter["b"].AsType<double>());
        CollectionAssert.AreEqual(new[] { 0.5, 0.25 }, space.MappingToFeatureSpace(parameter));
    }

    [TestMethod]
    public void Search_spaces_nest()
    {
        var space = new SearchSpace.SearchSpace { ["outer"] = new SearchSpace.SearchSpace { ["inner"] = new UniformDoubleOption(0, 2) } };

        Assert.AreEqual(1, space.FeatureSpaceDim);
        Assert.AreEqual(1.0, space.SampleFromFeatureSpace([0.5])["outer"]["inner"].AsType<double>());
    }

    private static double Sample(OptionBase option, double feature) => option.SampleFromFeatureSpace([feature]).AsType<double>();
}
