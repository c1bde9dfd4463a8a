using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class LowRankAdapterTests
{
    [TestMethod]
    public void Dropout_hides_inputs_while_training_and_scales_the_others_up()
    {
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        using var generator = new Generator(2);
        using var adapter = new LowRankAdapter(inputs: 6, outputs: 4, rank: 2, alpha: 4, dropout: 0.5, generator, ScalarType.Float32, CPU);
        var (a, b) = (adapter.get_parameter("A")!, adapter.get_parameter("B")!);
        b.fill_(0.3);
        var input = rand(5, 6, generator: generator) + 1;

        adapter.train();
        manual_seed(3);
        var trained = adapter.forward(input);
        // The same numbers once more: an input is hidden, or counts twice.
        manual_seed(3);
        var visible = nn.functional.dropout(ones_like(input), 0.5, true);
        adapter.eval();

        CollectionAssert.AreEquivalent(new[] { 0f, 2f }, visible.data<float>().ToArray().Distinct().ToArray());
        Assert.IsTrue(Branch(input * visible).allclose(trained, rtol: 1e-5, atol: 1e-6));
        Assert.IsTrue(Branch(input).allclose(adapter.forward(input), rtol: 1e-5, atol: 1e-6));
        Assert.IsFalse(Branch(input).allclose(trained, rtol: 1e-5, atol: 1e-6));

        Tensor Branch(Tensor seen) => seen.matmul(a.t()).matmul(b.t());
    }
}
