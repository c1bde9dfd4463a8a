using System.Text.Json;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>Moments in 8-bit codes, against golden/eight_bit.py.</summary>
[TestClass]
public class EightBitMomentTests
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly GoldenValues Golden =
        JsonSerializer.Deserialize<GoldenValues>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "eight_bit.json")), Json)!;

    [TestMethod]
    public void A_first_moment_has_the_codes_of_the_description() => HasCodes(Golden.First, signed: true, Golden.FirstCodes, Golden.FirstDecoded);

    [TestMethod]
    public void A_second_moment_has_the_codes_of_the_description() => HasCodes(Golden.Second, signed: false, Golden.SecondCodes, Golden.SecondDecoded);

    [TestMethod]
    public void A_positive_second_moment_is_never_stored_as_zero()
    {
        using var values = tensor([1f, 1e-20f, 0f]);
        using var moment = new EightBitMoment(values, signed: false);
        using var read = moment.Read();
        Assert.IsTrue(Mlp.Values(read)[1] > 0);
        Assert.AreEqual(0, Mlp.Values(read)[2]);
    }

    [TestMethod]
    public void Decay_is_exact_however_often_a_moment_is_stored()
    {
        using var values = tensor(Golden.Second);
        using var moment = new EightBitMoment(values, signed: false);
        int[] codes = Codes(moment);
        for (int step = 0; step < 100; step++)
        {
            using var read = moment.Read();
            moment.Write(0, read.mul_(0.999));
        }

        CollectionAssert.AreEqual(codes, Codes(moment));
    }

    [TestMethod]
    public void AdamW_with_eight_bit_moments_follows_numpy()
    {
        using var weights = new Parameter(tensor(Golden.Start), true);
        using var optimizer = new AdamWOptimizer([("w", weights)], new() { LearningRate = 0.01, WeightDecay = 0.1, Moments = MomentPrecision.EightBit });
        foreach (float[] gradient in Golden.Gradients)
        {
            weights.grad = tensor(gradient);
            optimizer.step(1.0);
        }

        // A code that rounds the other way moves a weight by a fraction of a percent of the learning rate.
        float[] actual = Mlp.Values(weights);
        for (int i = 0; i < actual.Length; i++)
            Assert.AreEqual(Golden.Weights[i], actual[i], 1e-4, $"weight {i}");
    }

    [TestMethod]
    public void An_active_weight_takes_four_bytes_and_its_part_of_the_scales()
    {
        using var weights = new Parameter(zeros(20_000), true);
        using var optimizer = new BlockLlmOptimizer([("w", weights)], new() { Moments = MomentPrecision.EightBit });
        weights.grad = randn(20_000);
        optimizer.step(1.0);
        Assert.AreEqual((1000 * (2 + 2)) + 4 + (2 * 4 * 4), optimizer.StateBytes);
    }

    [TestMethod]
    public void A_state_of_another_precision_is_refused()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, new() { Moments = MomentPrecision.EightBit });
        using var other = new BlockLlmOptimizer(model.Parameters);
        StringAssert.Contains(
            Assert.ThrowsException<InvalidDataException>(() => SavedState.Copy(optimizer, other)).Message, "moments in EightBit, this optimizer in Full");
    }

    private static void HasCodes(float[] values, bool signed, int[] codes, double[] decoded)
    {
        using var given = tensor(values);
        using var moment = new EightBitMoment(given, signed);
        CollectionAssert.AreEqual(codes, Codes(moment));
        using var read = moment.Read();
        float[] actual = Mlp.Values(read);
        for (int i = 0; i < decoded.Length; i++)
            Assert.AreEqual(decoded[i], actual[i], 1e-5 * Math.Abs(decoded[i]), $"value {i}");
    }

    private static int[] Codes(EightBitMoment moment)
    {
        using var codes = moment.Codes.to(ScalarType.Float32);
        return [.. Mlp.Values(codes).Select(code => (int)code)];
    }

    private sealed record GoldenValues(
        float[] First, int[] FirstCodes, double[] FirstDecoded, float[] Second, int[] SecondCodes, double[] SecondDecoded,
        float[] Start, float[][] Gradients, double[] Weights);
}
