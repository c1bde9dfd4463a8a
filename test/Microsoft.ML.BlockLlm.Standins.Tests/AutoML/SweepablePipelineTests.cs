using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.BlockLlm.Standins.Tests.AutoML;

[TestClass]
public sealed class SweepablePipelineTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void A_pipeline_is_built_with_the_parameters_of_each_step()
    {
        var pipeline = _ml.Transforms.CopyColumns("First", "Text").Append(Copy("Second")).Append(_ml.Transforms.CopyColumns("Last", "Second"));

        var output = Build(pipeline, feature: 0).Fit(Texts()).Transform(Texts());

        CollectionAssert.IsSubsetOf(new[] { "First", "Second", "Last" }, output.Schema.Select(column => column.Name).ToArray());
    }

    [TestMethod]
    public void Of_several_alternatives_the_schema_parameter_takes_one()
    {
        var pipeline = _ml.Transforms.CopyColumns("First", "Text").Append(Copy("A"), Copy("B"));

        Assert.IsTrue(HasColumn(pipeline, 0, "A"));
        Assert.IsFalse(HasColumn(pipeline, 0, "B"));
        Assert.IsTrue(HasColumn(pipeline, 0.99, "B"));
    }

    [TestMethod]
    public void Steps_are_named_by_their_numbers()
    {
        var pipeline = _ml.Transforms.CopyColumns("First", "Text").Append(Copy("A"), Copy("B"));

        CollectionAssert.AreEqual(new[] { "e0", "e1", "e2" }, pipeline.Estimators.Keys.ToArray());
        CollectionAssert.AreEquivalent(new[] { "_SCHEMA_", "e0", "e1", "e2" }, pipeline.SearchSpace.Keys.ToArray());
        CollectionAssert.AreEqual(
            new[] { "e0 * e1", "e0 * e2" }, ((ChoiceOption)pipeline.SearchSpace["_SCHEMA_"]).Choices.Select(choice => choice.AsType<string>()).ToArray());
    }

    [TestMethod]
    public void A_pipeline_appended_to_another_keeps_its_order()
    {
        var inner = Copy("A").Append(_ml.Transforms.CopyColumns("B", "A"));
        var pipeline = _ml.Transforms.CopyColumns("First", "Text").Append(inner);

        Assert.IsTrue(HasColumn(pipeline, 0, "B"));
    }

    private SweepableEstimator Copy(string name) => new(
        (context, parameter) => context.Transforms.CopyColumns(name, parameter["source"].AsType<string>()),
        new SearchSpace.SearchSpace { ["source"] = new ChoiceOption("Text") });

    private Data.EstimatorChain<ITransformer> Build(SweepablePipeline pipeline, double feature) =>
        pipeline.BuildFromOption(_ml, pipeline.SearchSpace.SampleFromFeatureSpace([.. Enumerable.Repeat(feature, pipeline.SearchSpace.FeatureSpaceDim)]));

    private bool HasColumn(SweepablePipeline pipeline, double feature, string column) =>
        Build(pipeline, feature).Fit(Texts()).Transform(Texts()).Schema.GetColumnOrNull(column) is not null;

    private IDataView Texts() => _ml.Data.LoadFromEnumerable(new[] { new Row { Text = "a" } });

    private sealed class Row
    {
        public string Text { get; set; } = "";
    }
}
