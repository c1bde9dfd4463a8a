using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.BlockLlm.Standins.Tests.AutoML;

[TestClass]
public sealed class EciCostFrugalTunerTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void A_proposal_has_the_steps_of_one_pipeline_and_beside_them_the_defaults_of_all()
    {
        var proposals = new List<SearchSpace.Parameter>();
        var pipeline = _ml.Transforms.CopyColumns("First", "Text").Append(Copy("A"), Copy("B"));

        _ml.Auto().CreateExperiment().SetPipeline(pipeline).SetEciCostFrugalTuner().SetTrialRunner(new Recorder(proposals)).SetMaxModelToExplore(6).Run();

        Assert.AreEqual(6, proposals.Count);
        foreach (var proposal in proposals)
        {
            var schema = proposal["_pipeline_"]["_SCHEMA_"].AsType<string>();
            CollectionAssert.AreEquivalent(schema.Split(" * ").Append("_SCHEMA_").ToArray(), proposal["_pipeline_"].Keys.ToArray());
            CollectionAssert.IsSubsetOf(new[] { "e0", "e1", "e2" }, proposal.Keys.ToArray());
        }
    }

    private static SweepableEstimator Copy(string name) => new(
        (context, parameter) => context.Transforms.CopyColumns(name, parameter["source"].AsType<string>()),
        new SearchSpace.SearchSpace { ["source"] = new ChoiceOption("Text", "First") });

    private sealed class Recorder(List<SearchSpace.Parameter> proposals) : ITrialRunner
    {
        public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct)
        {
            proposals.Add(settings.Parameter);
            return Task.FromResult(new TrialResult { TrialSettings = settings, Loss = 1.0 / proposals.Count, DurationInMilliseconds = 1 });
        }

        public void Dispose()
        {
        }
    }
}
