namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>Comparisons of all weights of a model.</summary>
internal static class WeightAssert
{
    public static void AreClose(Dictionary<string, float[]> expected, Dictionary<string, float[]> actual, double tolerance) => AreClose(expected, actual, _ => tolerance);

    /// <summary>Weights may be off by 1e-5 of themselves, and by 1e-7 near 0.</summary>
    public static void AreGolden(Dictionary<string, float[]> golden, Dictionary<string, float[]> actual) =>
        AreClose(golden, actual, weight => (1e-5 * Math.Abs(weight)) + 1e-7);

    private static void AreClose(Dictionary<string, float[]> expected, Dictionary<string, float[]> actual, Func<float, double> tolerance)
    {
        CollectionAssert.AreEquivalent(expected.Keys, actual.Keys);
        foreach (var (name, values) in expected)
        {
            for (int i = 0; i < values.Length; i++)
                Assert.AreEqual(values[i], actual[name][i], tolerance(values[i]), $"{name}[{i}]");
        }
    }

    /// <summary>Holds a run to a golden one: every loss, and the last weights.</summary>
    public static void FollowsGolden(Golden.Run golden, Mlp model, StagewiseOptimizer optimizer, double gradientScale = 1)
    {
        for (int step = 0; step < golden.Losses.Length; step++)
        {
            using (var loss = model.Loss(step))
                Assert.AreEqual(golden.Losses[step], TorchSharp.TensorExtensionMethods.ToDouble(loss), 1e-5 * golden.Losses[step], $"loss at step {step}");
            model.PlainStep(optimizer, step, gradientScale);
        }

        AreGolden(golden.Weights, model.Weights());
    }

    public static void AreSameBits(Dictionary<string, float[]> expected, Dictionary<string, float[]> actual)
    {
        CollectionAssert.AreEquivalent(expected.Keys, actual.Keys);
        foreach (var (name, values) in expected)
            CollectionAssert.AreEqual(values.Select(BitConverter.SingleToInt32Bits).ToArray(), actual[name].Select(BitConverter.SingleToInt32Bits).ToArray(), name);
    }

    /// <summary>Number of weights that differ.</summary>
    public static long Changed(Dictionary<string, float[]> before, Dictionary<string, float[]> after) =>
        before.Sum(entry => entry.Value.Zip(after[entry.Key]).LongCount(pair => pair.First != pair.Second));
}
