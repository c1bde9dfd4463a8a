using System.Text.Json;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Standins.Tests.TorchSharp;

[TestClass]
[DoNotParallelize]
public sealed class RandomTests
{
    private static readonly JsonElement Expected = Golden.Read("training.json").GetProperty("random");

    [TestMethod]
    public void A_seed_gives_the_numbers_that_PyTorch_draws()
    {
        using var scope = NewDisposeScope();
        manual_seed(42);

        Golden.AssertEqual(Expected.GetProperty("rand"), rand(20));
        Golden.AssertEqual(Expected.GetProperty("randn"), randn(20));
        Golden.AssertEqual(Expected.GetProperty("randint"), randint(0, 1000, [20]));
        Golden.AssertEqual(Expected.GetProperty("randperm"), randperm(20));
    }

    [TestMethod]
    public void A_restored_state_repeats_the_numbers()
    {
        using var scope = NewDisposeScope();
        var state = get_rng_state();
        var first = randn(5);

        set_rng_state(state);

        Assert.IsTrue(randn(5).allclose(first));
    }

    [TestMethod]
    public void A_generator_of_its_own_leaves_the_default_alone()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var undisturbed = rand(3);

        manual_seed(1);
        using var generator = new Generator(5);
        var own = rand(3, generator: generator);

        Assert.IsTrue(rand(3).allclose(undisturbed));
        Assert.IsFalse(own.allclose(undisturbed));
    }

    [TestMethod]
    public void A_generators_state_moves_to_another()
    {
        using var scope = NewDisposeScope();
        using var first = new Generator(5);
        using var second = new Generator(6);

        second.set_state(first.get_state());

        Assert.IsTrue(randn(4, generator: first).allclose(randn(4, generator: second)));
    }

    [TestMethod]
    public void A_state_of_the_wrong_size_is_refused()
    {
        using var wrong = zeros(3, dtype: ScalarType.Byte);
        Assert.ThrowsException<System.Runtime.InteropServices.ExternalException>(() => set_rng_state(wrong));
    }
}
