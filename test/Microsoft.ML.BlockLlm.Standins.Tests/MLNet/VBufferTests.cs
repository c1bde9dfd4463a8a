using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Standins.Tests.MLNet;

[TestClass]
public sealed class VBufferTests
{
    private static VBuffer<int> Sparse => new(5, 2, [7, 9], [1, 4]);

    [TestMethod]
    public void A_sparse_vector_has_its_values_at_its_indices()
    {
        CollectionAssert.AreEqual(new[] { 0, 7, 0, 0, 9 }, Sparse.DenseValues().ToArray());
        Assert.AreEqual(9, Sparse.GetItemOrDefault(4));
        Assert.AreEqual(0, Sparse.GetItemOrDefault(3));
        Assert.IsFalse(Sparse.IsDense);
        CollectionAssert.AreEqual(new[] { 1, 4 }, Sparse.Items().Select(item => item.Key).ToArray());
    }

    [TestMethod]
    public void A_dense_copy_has_the_same_values()
    {
        VBuffer<int> dense = default;
        Sparse.CopyToDense(ref dense);

        Assert.IsTrue(dense.IsDense);
        CollectionAssert.AreEqual(Sparse.DenseValues().ToArray(), dense.GetValues().ToArray());
    }

    [TestMethod]
    public void A_copy_does_not_share_its_buffers()
    {
        int[] values = [1, 2, 3];
        VBuffer<int> copy = default;
        new VBuffer<int>(3, values).CopyTo(ref copy);
        values[0] = 100;

        CollectionAssert.AreEqual(new[] { 1, 2, 3 }, copy.DenseValues().ToArray());
    }

    [TestMethod]
    public void An_editor_uses_the_buffers_that_are_large_enough()
    {
        var buffer = new VBuffer<int>(3, [1, 2, 3]);

        Assert.IsFalse(VBufferEditor.Create(ref buffer, 2).CreatedNewValues);
        Assert.IsTrue(VBufferEditor.Create(ref buffer, 4).CreatedNewValues);
    }

    [TestMethod]
    public void An_editor_fills_sparse_vectors()
    {
        VBuffer<float> buffer = default;
        var editor = VBufferEditor.Create(ref buffer, 4, valuesCount: 1);
        editor.Values[0] = 2;
        editor.Indices[0] = 3;
        buffer = editor.Commit();

        CollectionAssert.AreEqual(new float[] { 0, 0, 0, 2 }, buffer.DenseValues().ToArray());
    }

    [TestMethod]
    public void Fewer_values_than_the_length_are_refused() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new VBuffer<int>(3, [1, 2]));
}
