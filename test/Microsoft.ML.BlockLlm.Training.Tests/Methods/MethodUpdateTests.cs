using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>What one update of every method makes of micro-batches, of a schedule, and of gradients beyond the limit.</summary>
[TestClass]
public sealed class MethodUpdateTests
{
    private static readonly TrainingOptions s_options = new() { Epochs = 8, BatchSize = 4, Threads = 1, WarmupFraction = 0 };

    [TestMethod]
    [DynamicData(nameof(TestedMethods.Names), typeof(TestedMethods))]
    public void Micro_batches_add_up_to_a_batch(string name)
    {
        // What BlockLLM selects and GaLore's space come from the first micro-batch alone, which stands for the batch where all texts are alike.
        var data = TestedMethods.Data(alike: name is "BlockLlm" or "GaLore", count: 4);
        var whole = FirstUpdate(name, data, s_options);
        var parts = FirstUpdate(name, data, s_options with { BatchSize = 1, GradientAccumulation = 4 });

        Assert.AreEqual(whole.GradientNorm, parts.GradientNorm, 1e-4 * whole.GradientNorm);
        // Where a gradient is all but 0, a sign step of FRUGAL may go the other way; and a mask of BlockLLM may take one of two that are all but equal.
        var far = whole.Changes.Zip(parts.Changes).Count(pair => Math.Abs(pair.First - pair.Second) > 1e-5);
        Assert.IsTrue(far <= (name is "Frugal" or "BlockLlm" ? whole.Changes.Length / 100 : 0), $"{far} of {whole.Changes.Length} weights differ");
    }

    [TestMethod]
    [DynamicData(nameof(TestedMethods.Names), typeof(TestedMethods))]
    public void A_schedule_that_halves_the_rate_halves_an_update(string name)
    {
        var whole = FirstUpdate(name, TestedMethods.Data(), s_options with { MaxSteps = 2, WarmupFraction = 0 });
        var half = FirstUpdate(name, TestedMethods.Data(), s_options with { MaxSteps = 2, WarmupFraction = 1 });

        Assert.AreEqual(whole.LearningRate / 2, half.LearningRate, 1e-12);
        for (var i = 0; i < whole.Changes.Length; i++)
            Assert.AreEqual(whole.Changes[i] / 2, half.Changes[i], 2e-7, $"weight {i}");
    }

    [TestMethod]
    [DynamicData(nameof(TestedMethods.Names), typeof(TestedMethods))]
    public void A_gradient_beyond_the_limit_counts_as_one_at_the_limit(string name)
    {
        // The second gradient has the limit's norm, as far as the method counts it, so that clipping leaves it alone.
        var (beyond, norm) = UpdateBy(50);
        var (within, limit) = UpdateBy(50 / norm);

        Assert.AreEqual(1, limit, 1e-4);
        using var untrained = TestedMethods.NewModel();
        CollectionAssert.AreNotEqual(TestedMethods.Numbers(untrained), beyond);
        for (var i = 0; i < beyond.Length; i++)
            Assert.AreEqual(within[i], beyond[i], 1e-6, $"weight {i}");

        (float[] Weights, double Norm) UpdateBy(double scale)
        {
            using var model = TestedMethods.NewModel();
            return Updated(name, model, (optimizer, parameters) =>
            {
                foreach (var (_, parameter) in parameters.Where(entry => optimizer.NeedsGradient(entry.parameter)))
                {
                    using var positions = arange(parameter.numel(), dtype: ScalarType.Float32);
                    using var gradient = positions.square().sin().mul(scale).view(parameter.shape);
                    if (optimizer.NeedsProbe)
                        optimizer.Probe(parameter, gradient);
                    else
                        optimizer.Accumulate(parameter, gradient);
                }
            });
        }
    }

    /// <summary>What the first update of a training does to the weights, those of adapters too, by a <see cref="NewOptimizer"/>.</summary>
    private static (double[] Changes, double GradientNorm, double LearningRate) FirstUpdate(string name, ITrainingData data, TrainingOptions options)
    {
        using var model = TestedMethods.NewModel();
        using var generator = new Generator(1);
        var method = TestedMethods.ByName[name];
        method.Prepare(model, TestedMethods.Roles, generator);
        using var optimizer = NewOptimizer(method, model);
        var before = TestedMethods.Numbers(model);
        float[]? after = null;
        TrainingProgress? first = null;
        new TrainingLoop(model, optimizer, options).Run(data, progress: new TestedMethods.Observer(progress => (first, after) = (first ?? progress, after ?? TestedMethods.Numbers(model))));
        return ([.. before.Zip(after!, (old, present) => (double)present - old)], first!.GradientNorm, first.LearningRate);
    }

    /// <summary>The weights after one update by given gradients, and the norm that it had. By a <see cref="NewOptimizer"/>.</summary>
    private static (float[] Weights, double Norm) Updated(string name, CausalLanguageModel model, Action<StagewiseOptimizer, IReadOnlyList<(string name, Parameter parameter)>> offer)
    {
        using var generator = new Generator(1);
        var method = TestedMethods.ByName[name];
        method.Prepare(model, TestedMethods.Roles, generator);
        using var optimizer = NewOptimizer(method, model);
        var parameters = model.named_parameters().ToList();
        if (optimizer.NeedsProbe)
        {
            offer(optimizer, parameters);
            optimizer.EndProbe();
        }

        offer(optimizer, parameters);
        var report = optimizer.Update(1);
        method.Finish(model);
        return (TestedMethods.Numbers(model), report.GradientNorm);
    }

    /// <summary>An optimizer with so large an epsilon of Adam that its steps are about as long as gradients, and not about as long as the rate.</summary>
    private static StagewiseOptimizer NewOptimizer(TrainingMethod method, CausalLanguageModel model)
    {
        var optimizer = method.CreateOptimizer(model.named_parameters(), TestedMethods.Roles);
        foreach (var group in optimizer.ParamGroups.OfType<AdamW.ParamGroup>())
            group.Options.eps = 0.01;
        return optimizer;
    }
}
