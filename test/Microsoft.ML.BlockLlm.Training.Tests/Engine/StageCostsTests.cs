using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>What an update costs by the shallowest parameter it trains: stages of 0, 36, 36 and 66 weights to multiply with.</summary>
[TestClass]
public sealed class StageCostsTests
{
    private const double Forward = 36 + 36 + 66;

    [TestMethod]
    public void A_parameter_costs_a_forward_pass_and_the_backward_pass_down_to_it()
    {
        using var model = new TiedModel();
        var costs = StageCosts.Of(model);

        Assert.AreEqual((Forward + 66 + 36) / Forward, costs[model.Second.Weight]);
        Assert.AreEqual((Forward + 66 + 36 + 36) / Forward, costs[model.First.Weight]);
    }

    [TestMethod]
    public void All_parameters_of_a_stage_cost_the_same()
    {
        using var model = new TiedModel();
        var costs = StageCosts.Of(model);

        Assert.AreEqual(costs[model.Second.Weight], costs[model.Second.Bias]);
    }

    [TestMethod]
    public void A_parameter_of_two_stages_costs_what_the_lower_one_does()
    {
        using var model = new TiedModel();

        Assert.AreEqual(2, StageCosts.Of(model)[model.Embedding.Weight]);
    }

    [TestMethod]
    public void A_depth_aware_run_goes_less_deep()
    {
        Assert.IsTrue(ShareOfDeepVisits(depthAware: true) < ShareOfDeepVisits(depthAware: false));

        static double ShareOfDeepVisits(bool depthAware)
        {
            using var model = new TiedModel();
            using var optimizer = new BlockLlmOptimizer(model.named_parameters(), new BlockLlmOptimizerOptions
            {
                Sparsity = 0.8,
                TakeFactor = 1,
                Reselection = new ReselectionRule.FixedPeriod(1),
                DepthAware = depthAware,
            });
            var visits = new TrainingLoop(model, optimizer, new TrainingOptions { Epochs = 10, BatchSize = 8 }).Run(Samples.Data(64)).Visits;
            return visits.Where(block => block.Key != "second").Sum(block => block.Value) / (double)visits.Values.Sum();
        }
    }
}
