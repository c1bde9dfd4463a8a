using Microsoft.ML.BlockLlm.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

[TestClass]
public sealed class CrossEntropyTests
{
    [TestMethod]
    [DataRow(ScalarType.Float32)]
    [DataRow(ScalarType.BFloat16)]
    public void Of_equal_logits_the_first_is_what_is_predicted(ScalarType type)
    {
        Assert.AreEqual(1, Correct([0, 2, 2, 1], target: 1, type));
        Assert.AreEqual(0, Correct([0, 2, 2, 1], target: 2, type));
    }

    private static long Correct(float[] logits, long target, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var batch = new TrainingBatch(new TokenBatch(zeros(1, 1, ScalarType.Int64)), tensor(new[] { target }, [1, 1]));
        return CrossEntropy.CountCorrect(tensor(logits, [1, 1, logits.Length]).to(type), batch).ToInt64();
    }
}
