using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>A language model whose weights, activations and gradients are bfloat16.</summary>
[TestClass]
public sealed class LowPrecisionTests
{
    [TestMethod]
    [DataRow(LowPrecision.MasterWeights, null, 1 << 22)]
    [DataRow(LowPrecision.StochasticRounding, null, 1 << 22)]
    [DataRow(LowPrecision.MasterWeights, 4, 18)]
    public void A_model_in_bfloat16_learns_a_sentence_by_heart(LowPrecision precision, int? window, int maxLogits)
    {
        using var model = CausalLanguageModel.FromConfig(
            new MistralConfig
            {
                VocabularySize = 9, HiddenSize = 16, IntermediateSize = 24, LayerCount = 2, HeadCount = 4, KeyValueHeadCount = 2, MaxTokens = 8, InitializerRange = 0.1, SlidingWindow = window,
            }, new Generator(2));
        model.to(ScalarType.BFloat16);
        using var optimizer = new BlockLlmOptimizer(model.named_parameters(), new()
        {
            LearningRate = 0.01,
            Sparsity = 0.8,
            AlwaysActive = ["lm_head.*", "model.embed_tokens.*"],
            Reselection = new ReselectionRule.FixedPeriod(10),
            LowPrecision = precision,
        });
        var engine = new StageEngine(model, maxLogits: maxLogits);
        var tokens = new TokenBatch(tensor(new long[,] { { 1, 2, 3, 4, 5, 6, 7, 8 } }));
        using var batch = new TrainingBatch(tokens, NextTokenTargets.Of(tokens));

        double first = Step(), last = 0;
        for (var step = 0; step < 60; step++)
            last = Step();

        Assert.IsTrue(first > 2 && last < 0.2, $"The loss went from {first:f2} to {last:f2} only.");
        Assert.IsTrue(model.parameters().All(parameter => parameter.dtype == ScalarType.BFloat16));

        double Step()
        {
            while (optimizer.NeedsProbe)
            {
                Run(optimizer.Probe);
                optimizer.EndProbe();
            }

            var loss = Run(optimizer.Accumulate);
            optimizer.Update(loss);
            return loss;
        }

        double Run(Action<Parameter, Tensor> receive) => engine.ForwardBackward(batch, CrossEntropy.Loss, optimizer.NeedsGradient, receive).Loss;
    }
}
