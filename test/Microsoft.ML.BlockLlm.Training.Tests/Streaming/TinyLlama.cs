using Microsoft.ML.BlockLlm.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>A small random LLaMA in a folder, and texts of random tokens for it.</summary>
internal sealed class TinyLlama : IDisposable
{
    private const int Vocabulary = 13;
    private readonly TemporaryFolder _folder = new();

    public TinyLlama(ScalarType stored = ScalarType.BFloat16, bool tied = false)
    {
        var config = new LlamaConfig
        {
            VocabularySize = Vocabulary, HiddenSize = 16, IntermediateSize = 24, LayerCount = 3, HeadCount = 4, KeyValueHeadCount = 2, MaxTokens = 8,
            InitializerRange = 0.3, TieWordEmbeddings = tied,
        };
        using var generator = new Generator(3);
        using (var made = CausalLanguageModel.FromConfig(config, generator))
            made.Save(_folder["float32"]);
        using var rounded = CausalLanguageModel.Load(_folder["float32"], stored);
        rounded.Save(Directory);
    }

    /// <summary>The folder of the model.</summary>
    public string Directory => _folder["model"];

    public static TrainingBatch Batch(int count = 4, int seed = 1) => Batch(Texts(count, seed));

    public static ITrainingData Data(int count, int seed = 1) => new ExampleData<long[]>(Texts(count, seed), Batch, text => text.Length);

    /// <summary>Whether a parameter has numbers, all of them or none.</summary>
    public static bool IsOpen(Parameter parameter)
    {
        using var scope = NewDisposeScope();
        return parameter.eq(parameter).all().item<bool>();
    }

    public CausalLanguageModel Load(ScalarType dtype, bool streamed) => CausalLanguageModel.Load(Directory, dtype, streamed);

    /// <summary>The bytes of a model's weights as it saves them.</summary>
    public byte[] SavedWeights(CausalLanguageModel model)
    {
        model.Save(_folder["saved"]);
        return File.ReadAllBytes(Path.Combine(_folder["saved"], "model.safetensors"));
    }

    public void Dispose() => _folder.Dispose();

    private static long[][] Texts(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, 8).Select(_ => random.NextInt64(Vocabulary)).ToArray())];
    }

    private static TrainingBatch Batch(IReadOnlyList<long[]> texts)
    {
        var tokens = new TokenBatch(tensor(texts.SelectMany(text => text).ToArray(), [texts.Count, texts[0].Length]));
        return new TrainingBatch(tokens, NextTokenTargets.Of(tokens));
    }
}
