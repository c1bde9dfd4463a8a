using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Standins.Tests.TorchSharp;

[TestClass]
public sealed class InitTests
{
    [TestMethod]
    public void Truncated_normal_numbers_keep_within_their_bounds_and_have_their_deviation()
    {
        using var scope = NewDisposeScope();
        var values = nn.init.trunc_normal_(empty(10_000), std: 0.02, a: -0.04, b: 0.04);

        Assert.IsTrue(values.abs().max().item<float>() <= 0.04f);
        Assert.AreEqual(0.0176, values.std().ToDouble(), 0.001); // 0.88 of the deviation is left when cut at two of them
    }

    [TestMethod]
    public void Kaiming_numbers_for_a_linear_layer_are_uniform_within_one_over_the_root_of_the_inputs()
    {
        using var scope = NewDisposeScope();
        var weight = nn.init.kaiming_uniform_(empty(100, 64), a: Math.Sqrt(5));

        Assert.AreEqual(1.0 / 8, weight.abs().max().ToDouble(), 0.001);
    }

    [TestMethod]
    public void Xavier_numbers_have_the_deviation_of_both_fans()
    {
        using var scope = NewDisposeScope();
        var weight = nn.init.xavier_normal_(empty(200, 300));

        Assert.AreEqual(Math.Sqrt(2.0 / 500), weight.std().ToDouble(), 0.001);
    }

    [TestMethod]
    public void An_embeddings_padding_row_is_zero()
    {
        using var embedding = nn.Embedding(5, 3, padding_idx: 2);
        using var ids = tensor([2L]);
        using var row = embedding.call(ids);

        CollectionAssert.AreEqual(new float[3], row.data<float>().ToArray());
    }

    [TestMethod]
    public void Dropout_without_training_changes_nothing()
    {
        using var scope = NewDisposeScope();
        var input = randn(50);
        Assert.IsTrue(nn.functional.dropout(input, 0.5, training: false).allclose(input));
    }
}
