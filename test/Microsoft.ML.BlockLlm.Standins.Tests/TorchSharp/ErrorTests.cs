using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Standins.Tests.TorchSharp;

[TestClass]
public sealed class ErrorTests
{
    [TestMethod]
    public void An_error_of_libtorch_arrives_with_its_message()
    {
        using var matrix = zeros(3, 4);

        var error = Assert.ThrowsException<ExternalException>(() => matrix.matmul(matrix));

        StringAssert.Contains(error.Message, "mat1 and mat2 shapes cannot be multiplied (3x4 and 3x4)");
    }

    [TestMethod]
    public void A_failed_call_makes_no_tensor()
    {
        using var matrix = zeros(3, 4);
        var before = LiveTensors.Count();

        Assert.ThrowsException<ExternalException>(() => matrix.view(5, 5));

        Assert.AreEqual(before, Tensor.TotalCount);
    }

    [TestMethod]
    public void In_place_work_on_a_parameter_is_refused_while_gradients_are_recorded()
    {
        using var leaf = zeros(2, requires_grad: true);
        Assert.ThrowsException<ExternalException>(() => leaf.add_(1));
    }

    [TestMethod]
    public void A_second_backward_through_a_released_graph_is_refused()
    {
        using var leaf = ones(2, requires_grad: true);
        using var sum = leaf.square().sum();
        sum.backward();

        Assert.ThrowsException<ExternalException>(sum.backward);
    }

    [TestMethod]
    public void A_disposed_tensor_is_refused()
    {
        var gone = zeros(1);
        gone.Dispose();

        Assert.IsTrue(gone.IsInvalid);
        Assert.ThrowsException<InvalidOperationException>(() => gone.add(1));
    }

    [TestMethod]
    public void Reading_elements_as_another_type_is_refused()
    {
        using var floats = zeros(2);
        Assert.ThrowsException<ArgumentException>(() => floats.data<double>());
    }

    [TestMethod]
    public void A_number_comes_only_from_a_tensor_of_one_element()
    {
        using var two = zeros(2);
        Assert.ThrowsException<ArgumentException>(() => two.item<float>());
    }
}
