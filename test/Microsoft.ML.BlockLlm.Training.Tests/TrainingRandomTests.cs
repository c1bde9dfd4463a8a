using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

[TestClass]
public sealed class TrainingRandomTests
{
    [TestMethod]
    [DataRow(DeviceType.CPU)]
    [DataRow(DeviceType.CUDA)]
    public void Turns_after_a_state_was_saved_are_made_again_when_it_is_loaded(DeviceType device)
    {
        using var random = new TrainingRandom(seed: 1, device);
        using var resumed = new TrainingRandom(seed: 2, device);
        var first = Numbers(random);
        var state = random.Save();
        float[][] expected = [Numbers(random), Numbers(random)];

        resumed.Load(state);
        float[][] actual = [Numbers(resumed), Numbers(resumed)];

        for (var turn = 0; turn < expected.Length; turn++)
            CollectionAssert.AreEqual(expected[turn], actual[turn]);
        CollectionAssert.AreNotEqual(first, expected[0]);
        CollectionAssert.AreNotEqual(expected[0], expected[1]);
    }

    [TestMethod]
    [DataRow(DeviceType.CPU)]
    [DataRow(DeviceType.CUDA)]
    public void A_turn_leaves_the_numbers_of_others_as_they_were(DeviceType device)
    {
        manual_seed(7);
        var expected = Drawn();
        using var random = new TrainingRandom(seed: 1, device);

        manual_seed(7);
        _ = Numbers(random);

        CollectionAssert.AreEqual(expected, Drawn());
    }

    private static float[] Numbers(TrainingRandom random)
    {
        using var turn = random.TakeTurn();
        return Drawn();
    }

    private static float[] Drawn()
    {
        using var numbers = rand(8);
        return numbers.data<float>().ToArray();
    }
}
