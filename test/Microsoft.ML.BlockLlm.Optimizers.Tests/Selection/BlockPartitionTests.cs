namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

[TestClass]
public class BlockPartitionTests
{
    private static readonly (string, long)[] Names =
    [
        ("embed.weight", 100), ("layers.0.attention.q.weight", 16), ("layers.0.attention.q.bias", 4), ("layers.0.norm.weight", 4),
        ("layers.1.attention.q.weight", 16), ("scale", 1),
    ];

    [TestMethod]
    public void Module_blocks_join_weight_and_bias() =>
        Blocks(BlockGranularity.Module, "embed:100", "layers.0.attention.q:20", "layers.0.norm:4", "layers.1.attention.q:16", "scale:1");

    [TestMethod]
    public void Tensor_blocks_are_single_parameters() =>
        Blocks(BlockGranularity.Tensor, "embed.weight:100", "layers.0.attention.q.bias:4", "layers.0.attention.q.weight:16", "layers.0.norm.weight:4",
            "layers.1.attention.q.weight:16", "scale:1");

    [TestMethod]
    public void Layer_blocks_join_what_has_the_same_number() =>
        Blocks(BlockGranularity.Layer, "embed:100", "layers.0:24", "layers.1:16", "scale:1");

    [TestMethod]
    public void Blocks_do_not_depend_on_the_order_of_parameters()
    {
        var blocks = BlockPartition.Of(Names, BlockGranularity.Module).Select(block => (block.Name, block.Size));
        var reversed = BlockPartition.Of(Names.Reverse(), BlockGranularity.Module).Select(block => (block.Name, block.Size));
        CollectionAssert.AreEqual(blocks.ToArray(), reversed.ToArray());
    }

    private static void Blocks(BlockGranularity granularity, params string[] expected) =>
        CollectionAssert.AreEqual(expected, BlockPartition.Of(Names, granularity).Select(block => $"{block.Name}:{block.Size}").ToArray());
}
