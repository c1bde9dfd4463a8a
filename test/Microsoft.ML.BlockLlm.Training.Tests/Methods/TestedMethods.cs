using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>What tests of every method have in common: the methods, a small model, and texts.</summary>
internal static class TestedMethods
{
    public static LlamaConfig Config { get; } = new()
    {
        VocabularySize = 20, HiddenSize = 16, IntermediateSize = 24, LayerCount = 3, HeadCount = 2, KeyValueHeadCount = 2, MaxTokens = 16, InitializerRange = 0.2,
    };

    /// <summary>As a trainer has it: embeddings frozen, the head always trained.</summary>
    public static ParameterRoles Roles { get; } = new() { Frozen = ["model.embed_tokens.weight"], AlwaysTrained = ["lm_head.weight"] };

    /// <summary>Options with which a small model and few updates show what a method does; a method that is not named has its defaults.</summary>
    public static IReadOnlyDictionary<string, TrainingMethod> ByName { get; } = TrainingMethod.All.Select(method => method with { LearningRate = 0.01 }).Concat(
    [
        TrainingMethod.BlockLlm(new() { Sparsity = 0.8, Reselection = new ReselectionRule.FixedPeriod(3), LearningRate = 0.01, MaxGradientNorm = 1 }),
        TrainingMethod.Sgd(new() { LearningRate = 0.5, Momentum = 0.5, MaxGradientNorm = 1 }),
        TrainingMethod.BAdam(new() { Period = 2, LearningRate = 0.01, MaxGradientNorm = 1 }),
        TrainingMethod.Lisa(new() { Period = 2, ActiveLayers = 1, LearningRate = 0.01, MaxGradientNorm = 1 }),
        TrainingMethod.Misa(new() { Period = 2, ActiveShare = 0.4, LearningRate = 0.01, MaxGradientNorm = 1 }),
        TrainingMethod.GaLore(new() { Period = 3, Rank = 4, Scale = 1, LearningRate = 0.01, MaxGradientNorm = 1 }),
        TrainingMethod.Fira(new() { Period = 3, Rank = 4, Scale = 1, LearningRate = 0.01, MaxGradientNorm = 1 }),
        TrainingMethod.Apollo(new() { Period = 3, Rank = 4, LearningRate = 0.01, MaxGradientNorm = 1 }),
        TrainingMethod.ApolloMini(ApolloOptimizerOptions.Mini with { Period = 3, LearningRate = 0.003, MaxGradientNorm = 1 }),
        TrainingMethod.Frugal(new() { Period = 3, Density = 0.5, LearningRate = 0.01, MaxGradientNorm = 1 }),
    ]).GroupBy(method => method.Name).ToDictionary(methods => methods.Key, methods => methods.Last());

    public static IEnumerable<object[]> Names => TrainingMethod.All.Select(method => new object[] { method.Name });

    public static CausalLanguageModel NewModel()
    {
        using var generator = new Generator(1);
        return CausalLanguageModel.FromConfig(Config, generator);
    }

    public static ITrainingData Data(bool alike = false, int count = 12)
    {
        TokenSequence[] sequences = [.. Enumerable.Range(0, count).Select(i => new TokenSequence([new TokenDocument(Enumerable.Range(0, 8).Select(place => ((alike ? 0 : i) + (3 * place)) % 20))]))];
        return new ExampleData<TokenSequence>(sequences, batch => TokenSequence.Collate(batch, paddingId: 0), sequence => sequence.Length);
    }

    public static float[] Numbers(CausalLanguageModel model) => [.. model.parameters().SelectMany(parameter => parameter.data<float>().ToArray())];

    public sealed class Observer(Action<TrainingProgress> observe) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => observe(value);
    }
}
