using Microsoft.ML.BlockLlm.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>What a training owes to the number of threads: the same bits with the same number, and the same numbers but for round-off with another one.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ThreadCountTests
{
    // With so many pieces the logits of a batch are divided among threads.
    private static readonly LlamaConfig s_shape = new()
    {
        VocabularySize = 2000, HiddenSize = 32, IntermediateSize = 64, LayerCount = 2, HeadCount = 2, KeyValueHeadCount = 2, MaxTokens = 8,
    };

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(4)]
    public void The_same_number_of_threads_gives_the_same_bits(int threads) => Outcome.AssertSame(With(threads).Train(), With(threads).Train());

    [TestMethod]
    public void More_threads_than_the_machine_has_cores_give_the_same_bits_each_time() => The_same_number_of_threads_gives_the_same_bits(2 * Environment.ProcessorCount);

    [TestMethod]
    [DataRow(2)]
    [DataRow(4)]
    public void Another_number_of_threads_changes_losses_by_round_off(int threads)
    {
        var (one, several) = (With(1).Train().Summary.Losses, With(threads).Train().Summary.Losses);
        foreach (var (expected, actual) in one.Zip(several))
            Assert.AreEqual(expected, actual, 1e-4 * expected);
    }

    private static Run With(int threads)
    {
        var run = new Run();
        return run with { Options = run.Options with { Threads = threads }, Model = NewModel, Data = () => Samples.Texts(60) };
    }

    private static CausalLanguageModel NewModel()
    {
        using var generator = new Generator(1);
        return CausalLanguageModel.FromConfig(s_shape, generator);
    }
}
