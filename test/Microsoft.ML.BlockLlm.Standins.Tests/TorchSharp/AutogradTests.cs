using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Standins.Tests.TorchSharp;

[TestClass]
public sealed class AutogradTests
{
    [TestMethod]
    public void Gradients_come_with_respect_to_the_inputs_alone()
    {
        using var scope = NewDisposeScope();
        var (x, w) = (tensor([2f], requires_grad: true), tensor([3f], requires_grad: true));

        var gradients = autograd.grad([x * w], [w]);

        Assert.AreEqual(2f, gradients.Single().item<float>());
        Assert.IsNull(x.grad);
        Assert.IsNull(w.grad);
    }

    [TestMethod]
    public void Upstream_gradients_weight_the_outputs()
    {
        using var scope = NewDisposeScope();
        var x = tensor([1f, 2f], requires_grad: true);

        var gradient = autograd.grad([x.square()], [x], [tensor([10f, 100f])]).Single();

        CollectionAssert.AreEqual(new float[] { 20, 400 }, gradient.data<float>().ToArray());
    }

    [TestMethod]
    public void An_unused_input_has_an_invalid_gradient_where_that_is_allowed()
    {
        using var scope = NewDisposeScope();
        var (used, unused) = (ones(1, requires_grad: true), ones(1, requires_grad: true));

        var gradients = autograd.grad([used * 2], [used, unused], allow_unused: true);

        Assert.AreEqual(2f, gradients[0].item<float>());
        Assert.IsTrue(gradients[1].IsInvalid);
    }

    [TestMethod]
    public void A_kept_graph_can_be_differentiated_again()
    {
        using var scope = NewDisposeScope();
        var x = tensor([3f], requires_grad: true);
        var y = x * x * x;

        var first = autograd.grad([y], [x], retain_graph: true, create_graph: true).Single();
        var second = autograd.grad([first], [x]).Single();

        Assert.AreEqual(27f, first.item<float>(), 1e-4);
        Assert.AreEqual(18f, second.item<float>(), 1e-4);
    }

    [TestMethod]
    public void Backward_adds_to_the_gradient_that_is_there()
    {
        using var scope = NewDisposeScope();
        var x = ones(1, requires_grad: true);

        (x * 2).sum().backward();
        (x * 3).sum().backward();

        Assert.AreEqual(5f, x.grad!.item<float>());
    }

    [TestMethod]
    public void A_gradient_set_to_null_is_gone()
    {
        using var scope = NewDisposeScope();
        var x = ones(1, requires_grad: true);
        x.sum().backward();

        x.grad = null;

        Assert.IsNull(x.grad);
    }

    [TestMethod]
    public void Without_gradients_no_graph_is_recorded()
    {
        using var scope = NewDisposeScope();
        var x = ones(1, requires_grad: true);

        using (no_grad())
        {
            Assert.IsFalse(is_grad_enabled());
            Assert.IsFalse((x * 2).requires_grad);
            using (enable_grad()) Assert.IsTrue((x * 2).requires_grad);
        }

        Assert.IsTrue(is_grad_enabled());
        Assert.IsTrue((x * 2).requires_grad);
    }

    [TestMethod]
    public void A_detached_tensor_shares_memory_but_no_graph()
    {
        using var scope = NewDisposeScope();
        var x = ones(1, requires_grad: true);

        var detached = x.detach();
        detached.fill_(4);

        Assert.IsFalse(detached.requires_grad);
        Assert.AreEqual(4f, x.item<float>());
    }
}
