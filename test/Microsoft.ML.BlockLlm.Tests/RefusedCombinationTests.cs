using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>Combinations of options that make no sense are refused with a sentence that says what to do, however they reach the trainer.</summary>
[TestClass]
public sealed class RefusedCombinationTests
{
    private static readonly Dictionary<string, (Action Try, string Sentence)> s_combinations = new()
    {
        ["sparsity of another method"] = (() => Classify(Pipelines.Options with { Method = TrainingMethod.AdamW(), Sparsity = 0.9 }), "Method is AdamW, which has no Sparsity: it is an option of BlockLLM. Leave Sparsity out."),
        ["options of BlockLLM beside another method"] = (() => Classify(Pipelines.Options with { Method = TrainingMethod.Lora(), Optimizer = new() }), "Leave Optimizer out, and give Lora its options where it is made"),
        ["options of BlockLLM in two places"] = (
            () => Classify(Pipelines.Options with { Method = TrainingMethod.BlockLlm(new() { Sparsity = 0.5 }), Optimizer = new() { Sparsity = 0.8 } }), "Method and Optimizer both give options of BlockLLM"),
        ["LoRA with embeddings that are trained"] = (() => Classify(Pipelines.Options with { Method = TrainingMethod.Lora(), FreezeEmbeddings = false }), "Leave FreezeEmbeddings out, or choose a method that trains weights."),
        ["LoRA of a new model"] = (
            () => new MLContext().LanguageModeling.Trainers.BlockLlm(new BlockLlmLanguageModelOptions { NewModel = TinyLanguageModel.Shape, Method = TrainingMethod.Lora() }), "Start from a pretrained model, or choose a method that trains weights."),
        ["LoRA of layers that are not there"] = (() => Classify(TrainingMethod.Lora(new() { Targets = ["*.q_proj"] })), "the pattern '*.q_proj' matches no linear layer of the model."),
        ["LoRA of no layers"] = (() => TrainingMethod.Lora(new() { Targets = [] }), "Targets is empty, so that no layer would be trained."),
        ["Nesterov's momentum without any"] = (() => TrainingMethod.Sgd(new() { Nesterov = true }), "Nesterov must be false where Momentum is 0."),
        ["APOLLO-Mini with a factor for each channel"] = (() => TrainingMethod.ApolloMini(new() { Scaling = ApolloScaling.Channel }), "begin with ApolloOptimizerOptions.Mini with { … }, or call TrainingMethod.Apollo."),
        ["always active, but frozen"] = (() => Classify(TrainingMethod.GaLore(new() { AlwaysActive = ["*.attention.*"], Frozen = ["*.query.*"] })), "is always active and frozen at once. Narrow one of the patterns"),
        ["a head that is frozen"] = (() => Classify(TrainingMethod.BAdam(new() { Frozen = ["*"] })), "is always active and frozen at once."),
        ["everything frozen"] = (() => Classify(TrainingMethod.AdamW(new() { Frozen = ["*"] })), "Every parameter is frozen; there is nothing to train."),
        ["frozen parameters that are not there"] = (() => Classify(TrainingMethod.Frugal(new() { Frozen = ["*.mlp.*"] })), "'*.mlp.*' matches no parameter"),
        ["a group of parameters that are not there"] = (() => Classify(TrainingMethod.Misa(new() { Groups = [new("*.mlp.*") { LearningRate = 0 }] })), "'*.mlp.*' matches no parameter"),
        ["blocks too small for the budget"] = (() => Classify(TrainingMethod.BlockLlm(new() { Sparsity = 0.1, MaxBlockShare = 0.01 })), "Raise it, or make smaller blocks (Granularity)."),
        ["going back to checkpoints that there are not"] = (() => Classify(Pipelines.Options with { Training = new() { OnNonFinite = NonFinitePolicy.RollBack } }), "which goes back to a checkpoint, and there are none. Set Checkpoints."),
        ["16 bits for a model that computes in 32"] = (() => Classify(Pipelines.Options with { Method = TrainingMethod.Fira(), WeightType = ScalarType.BFloat16 }), "WeightType"),
    };

    public static IEnumerable<object[]> Combinations => s_combinations.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Combinations))]
    public void A_combination_without_sense_is_refused_in_a_sentence(string name)
    {
        var (attempt, sentence) = s_combinations[name];

        StringAssert.Contains(Assert.Throws<ArgumentException>(attempt).Message, sentence);
    }

    private static void Classify(TrainingMethod method) => Classify(Pipelines.Options with { Method = method });

    private static void Classify(BlockLlmTextClassificationOptions options)
    {
        var ml = new MLContext(seed: 1);
        using var model = Pipelines.Trainer(ml, options).Fit(Pipelines.Keyed(ml, count: 12));
    }
}
