using Microsoft.ML.BlockLlm.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>Some tokens and their class.</summary>
internal sealed record Example(int[] TokenIds, long Label);

/// <summary>Small token data that <see cref="TiedModel"/> can learn: the class of an example is the token it holds most often.</summary>
internal static class Samples
{
    public static ITrainingData Data(int count, int seed = 5) => Data(Examples(count, seed));

    public static ITrainingData Data(IReadOnlyList<Example> examples) => new ExampleData<Example>(examples, Batch, example => example.TokenIds.Length);

    /// <summary>The same tokens as texts, of which each token is to be told from those before it.</summary>
    public static ITrainingData Texts(int count, int seed = 5) => new ExampleData<Example>(Examples(count, seed), TextBatch, example => example.TokenIds.Length);

    public static Example[] Examples(int count, int seed = 5)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => NewExample(random))];
    }

    public static TrainingBatch Batch(int count, int seed = 5) => Batch(Examples(count, seed));

    public static TrainingBatch Batch(IReadOnlyList<Example> examples) =>
        new(Collate(examples), tensor(examples.Select(example => example.Label).ToArray()));

    private static TrainingBatch TextBatch(IReadOnlyList<Example> examples)
    {
        var tokens = Collate(examples);
        return new TrainingBatch(tokens, NextTokenTargets.Of(tokens));
    }

    private static TokenBatch Collate(IReadOnlyList<Example> examples)
    {
        var length = examples.Max(example => example.TokenIds.Length);
        var ids = new long[examples.Count * length];
        for (var row = 0; row < examples.Count; row++)
            for (var column = 0; column < length; column++)
                ids[(row * length) + column] = examples[row].TokenIds[column % examples[row].TokenIds.Length];
        return new TokenBatch(tensor(ids, [examples.Count, length]));
    }

    private static Example NewExample(Random random)
    {
        var label = random.Next(TiedModel.Classes);
        int[] ids = [.. Enumerable.Range(0, random.Next(3, 9)).Select(i => i < 2 ? label : random.Next(TiedModel.Classes))];
        return new Example(ids, label);
    }
}
