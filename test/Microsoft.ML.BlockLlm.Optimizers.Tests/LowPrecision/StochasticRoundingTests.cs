using FsCheck;
using FsCheck.Fluent;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

[TestClass]
public class StochasticRoundingTests
{
    [TestMethod]
    public void A_value_goes_to_one_of_its_two_neighbours() =>
        Prop.ForAll(NormalFloats, value =>
        {
            float towardsZero = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value) & ~0xFFFF);
            float awayFromZero = BitConverter.Int32BitsToSingle((BitConverter.SingleToInt32Bits(value) & ~0xFFFF) + 0x10000);
            return Rounded(value, count: 20).All(rounded => rounded == towardsZero || rounded == awayFromZero);
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void What_bfloat16_can_hold_stays() =>
        Prop.ForAll(NormalFloats, value =>
        {
            float representable = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value) & ~0xFFFF);
            return Rounded(representable, count: 20).All(rounded => rounded == representable);
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    [DataRow(0f)]
    [DataRow(1e-40f)]
    [DataRow(3.38953139e38f)]
    public void Zero_and_the_ends_of_the_range_stay_in_it(float value) =>
        Assert.IsTrue(Rounded(value, count: 20).All(rounded => Math.Abs(rounded - value) <= Math.Max(value / 256, 1e-39)));

    [TestMethod]
    [DataRow(1 + (0.25f / 128))]
    [DataRow(-1 - (0.9f / 128))]
    [DataRow(3.14159265f)]
    [DataRow(-1e-20f)]
    public void The_mean_over_many_updates_is_the_value(float value)
    {
        double spacing = Math.Pow(2, Math.Floor(Math.Log2(Math.Abs(value))) - 7);
        double mean = Enumerable.Range(0, 200).Average(update => Rounded(value, count: 500, update: update).Average(rounded => (double)rounded));
        // Standard deviation of one draw is half the spacing at the most: this is more than six of those of the mean.
        Assert.AreEqual(value, mean, 0.01 * spacing);
    }

    [TestMethod]
    public void Equal_seed_and_update_give_equal_bits_and_others_do_not()
    {
        CollectionAssert.AreEqual(Rounded(1.003f, 100), Rounded(1.003f, 100));
        CollectionAssert.AreNotEqual(Rounded(1.003f, 100), Rounded(1.003f, 100, seed: 2));
        CollectionAssert.AreNotEqual(Rounded(1.003f, 100), Rounded(1.003f, 100, update: 1));
    }

    [TestMethod]
    public void Tensors_of_one_update_are_rounded_independently()
    {
        var rounding = new StochasticRounding(seed: 1, update: 0);
        CollectionAssert.AreNotEqual(Rounded(rounding, 1.003f, 100), Rounded(rounding, 1.003f, 100));
    }

    /// <summary>Of all signs and magnitudes down to 1e-37: the bits are drawn, not the values.</summary>
    private static Arbitrary<float> NormalFloats =>
        (from bits in Gen.Choose(0x02000000, 0x7E000000) from sign in Gen.Elements(1f, -1f) select sign * BitConverter.Int32BitsToSingle(bits)).ToArbitrary();

    private static float[] Rounded(float value, int count, int seed = 1, long update = 0) => Rounded(new StochasticRounding(seed, update), value, count);

    private static float[] Rounded(StochasticRounding rounding, float value, int count)
    {
        using var values = full(count, value);
        using var rounded = rounding.Round(values);
        Assert.AreEqual(ScalarType.BFloat16, rounded.dtype);
        return Mlp.Values(rounded);
    }
}
