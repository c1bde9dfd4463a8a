using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training.Tests;

[TestClass]
public sealed class ClassifierMemoryTests
{
    private const int Classes = 3;

    [TestMethod]
    [DataRow("bert-tiny")]
    [DataRow("distilbert-tiny")]
    [DataRow("roberta-tiny")]
    [DataRow("llama-tiny")]
    [DataRow("gpt2-tiny")]
    public void It_knows_the_parameters_of_a_classifier_from_its_configuration(string folder)
    {
        var golden = Path.Combine(AppContext.BaseDirectory, "golden");
        var config = ConfigOf(Path.Combine(golden, folder));
        using var model = PretrainedModel.FromConfig(config with { VocabularySize = 1000 }, Path.Combine(golden, "bert-tiny")).CreateClassifier(Classes);
        var expected = ParameterSizes.Of(model);

        CollectionAssert.AreEquivalent(expected.ToArray(), ModelMemory.OfClassifier(model.Config, Classes).Parameters.ToArray());
    }

    [TestMethod]
    public void A_frozen_encoder_keeps_no_activations()
    {
        var model = ModelMemory.OfClassifier(new BertConfig { VocabularySize = 100, HiddenSize = 32, LayerCount = 2, MaxTokens = 64, IntermediateSize = 88, HeadCount = 4 }, Classes);

        var plan = MemoryPlan.For(model, new AdamWMemory(new AdamWOptimizerOptions { Frozen = ["bert.*"] }), new BatchShape(4, 16));

        Assert.AreEqual(plan.Stages[^1].Activations, plan.Activations);
    }

    private static ModelConfig ConfigOf(string directory)
    {
        if (directory.EndsWith("bert-tiny", StringComparison.Ordinal) || directory.EndsWith("roberta-tiny", StringComparison.Ordinal))
        {
            using var classifier = SequenceClassifier.Load(directory);
            return classifier.Config;
        }

        using var languageModel = CausalLanguageModel.Load(directory);
        return languageModel.Config;
    }
}
