using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Standins.Tests.TorchSharp;

[TestClass]
public sealed class ArrayTests
{
    [TestMethod]
    public void A_tensor_of_an_array_is_a_copy_with_the_arrays_type()
    {
        float[] values = [1, 2, 3];
        using var copy = tensor(values);

        values[0] = 9;

        Assert.AreEqual(ScalarType.Float32, copy.dtype);
        CollectionAssert.AreEqual(new float[] { 1, 2, 3 }, copy.data<float>().ToArray());
    }

    [TestMethod]
    public void A_tensor_of_a_matrix_has_its_rows_and_columns()
    {
        using var matrix = tensor(new long[,] { { 1, 2, 3 }, { 4, 5, 6 } });

        CollectionAssert.AreEqual(new long[] { 2, 3 }, matrix.shape);
        Assert.AreEqual(6L, matrix.data<long>()[1, 2]);
    }

    [TestMethod]
    public void Too_few_values_for_the_shape_are_refused() =>
        Assert.ThrowsException<ArgumentException>(() => tensor(new float[] { 1, 2, 3 }, [2, 2]));

    [TestMethod]
    public void Elements_read_in_index_order_whatever_the_strides()
    {
        using var matrix = arange(6).reshape(2, 3);
        using var transposed = matrix.t();

        CollectionAssert.AreEqual(new long[] { 0, 3, 1, 4, 2, 5 }, transposed.data<long>().ToArray());
    }

    [TestMethod]
    public void Index_expressions_set_what_they_get()
    {
        using var scope = NewDisposeScope();
        var matrix = zeros(3, 4);

        matrix[1] = tensor(5f);
        matrix.index_put_(tensor(2f), TensorIndex.Slice(0, 1), TensorIndex.Ellipsis);

        CollectionAssert.AreEqual(new float[] { 2, 2, 2, 2, 5, 5, 5, 5, 0, 0, 0, 0 }, matrix.data<float>().ToArray());
        Assert.AreEqual(5f, matrix[1, 2].item<float>());
    }

    [TestMethod]
    public void A_number_makes_a_full_tensor_of_its_own_kind()
    {
        using var whole = full(2, 3);
        using var real = full(2, 3.0);

        Assert.AreEqual(ScalarType.Int64, whole.dtype);
        Assert.AreEqual(ScalarType.Float32, real.dtype);
    }

    [TestMethod]
    public void A_range_of_whole_numbers_is_Int64_and_one_of_real_numbers_is_Float32()
    {
        using var whole = arange(3);
        using var real = arange(0, 1, 0.25);

        Assert.AreEqual(ScalarType.Int64, whole.dtype);
        CollectionAssert.AreEqual(new[] { 0f, 0.25f, 0.5f, 0.75f }, real.data<float>().ToArray());
    }

    [TestMethod]
    public void Comparing_with_null_is_false_and_does_not_throw()
    {
        using var one = ones(1);
        Tensor? none = null;

        using var same = one == none!;

        Assert.IsFalse(same.ToBoolean());
    }
}
