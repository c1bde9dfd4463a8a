using System.Text.Json;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Microsoft.ML.BlockLlm.Standins.Tests.TorchSharp;

[TestClass]
public sealed class OperationTests
{
    private static readonly JsonElement Expected = Golden.Read("operations.json");

    private static readonly Tensor Classes = tensor([1L, 0L, 3L]);
    private static readonly Tensor Identity = tensor([1f, 0, 0, 1]).view(2, 2);
    private static readonly Tensor Index = tensor([2L, 0L]);
    private static readonly Tensor Mask = Golden.Tensor(Expected.GetProperty("abs").GetProperty("inputs")[0]).gt(0);

    private static readonly Dictionary<string, Func<Tensor[], Tensor>> Operations = new()
    {
        ["add"] = x => x[0].add(x[1], alpha: 2),
        ["add_scalar"] = x => x[0].add(3, alpha: 0.5),
        ["sub"] = x => x[0] - x[1],
        ["number_minus"] = x => 2 - x[0],
        ["mul"] = x => x[0] * x[1],
        ["div"] = x => x[0] / x[1],
        ["number_over"] = x => 3 / x[0],
        ["div_floor"] = x => x[0].div(x[1], RoundingMode.floor),
        ["div_trunc"] = x => x[0].div(x[1], RoundingMode.trunc),
        ["remainder"] = x => x[0].remainder(0.3),
        ["addcmul"] = x => x[0].addcmul(x[1], x[2], 0.3),
        ["addcdiv"] = x => x[0].clone().addcdiv_(x[1], x[2], 0.3),
        ["maximum"] = x => x[0].maximum(x[1]),
        ["exp"] = x => x[0].exp(),
        ["sqrt"] = x => x[0].sqrt(),
        ["rsqrt"] = x => x[0].rsqrt(),
        ["sin"] = x => x[0].sin(),
        ["cos"] = x => x[0].cos(),
        ["log"] = x => x[0].log(),
        ["tanh"] = x => x[0].tanh(),
        ["sigmoid"] = x => x[0].sigmoid(),
        ["relu"] = x => F.relu(x[0]),
        ["gelu"] = x => F.gelu(x[0]),
        ["silu"] = x => F.silu(x[0]),
        ["abs"] = x => x[0].abs(),
        ["neg"] = x => -x[0],
        ["square"] = x => x[0].square(),
        ["reciprocal"] = x => x[0].reciprocal(),
        ["clamp"] = x => x[0].clamp(-0.5, 0.5),
        ["clamp_min"] = x => x[0].clamp_min(0.1),
        ["floor"] = x => x[0].floor(),
        ["sign"] = x => x[0].sign(),
        ["softmax"] = x => F.softmax(x[0], -1),
        ["log_softmax"] = x => F.log_softmax(x[0], 0),
        ["sum"] = x => x[0].sum(),
        ["sum_along"] = x => x[0].sum(0, keepdim: true),
        ["mean"] = x => x[0].mean(),
        ["mean_along"] = x => x[0].mean([1]),
        ["std"] = x => x[0].std(),
        ["norm"] = x => x[0].norm(),
        ["norm_along"] = x => x[0].norm(1),
        ["cumsum"] = x => x[0].cumsum(1),
        ["max"] = x => x[0].max(),
        ["max_along"] = x => x[0].max(1).values,
        ["amax"] = x => x[0].amax(0),
        ["kthvalue"] = x => x[0].kthvalue(2, 1).values,
        ["matmul"] = x => x[0].matmul(x[1]),
        ["addmm"] = x => x[0].clone().addmm_(x[1], x[2], beta: 0.5f, alpha: 2),
        ["bmm"] = x => x[0].bmm(x[1]),
        ["triu"] = x => x[0].triu(1),
        ["transpose"] = x => x[0].transpose(1, 2).contiguous(),
        ["repeat_interleave"] = x => x[0].repeat_interleave(2, 1),
        ["expand"] = x => x[0].expand(3, 4).contiguous(),
        ["cat"] = x => cat([x[0], x[1]], 1),
        ["stack"] = x => stack([x[0], x[1]], 1),
        ["narrow"] = x => x[0].narrow(1, 1, 2).contiguous(),
        ["chunk"] = x => x[0].chunk(2, 1)[1].contiguous(),
        ["index_select"] = x => x[0].index_select(0, Index),
        ["gather"] = x => x[0].gather(1, Classes.unsqueeze(1)),
        ["index"] = x => x[0].index(TensorIndex.Slice(1), TensorIndex.Single(-1)),
        ["masked_fill"] = x => x[0].masked_fill(Mask, -9),
        ["masked_select"] = x => x[0].masked_select(Mask),
        ["where"] = x => where(Mask, x[0], x[1]),
        ["index_copy"] = x => x[0].clone().index_copy_(0, Index, x[1]),
        ["linear"] = x => F.linear(x[0], x[1], x[2]),
        ["layer_norm"] = x => F.layer_norm(x[0], [4], x[1], x[2]),
        ["cross_entropy"] = x => F.cross_entropy(x[0], Classes),
        ["cross_entropy_sum_smoothed"] = x =>
            F.cross_entropy(x[0], Classes, ignore_index: 0, reduction: nn.Reduction.Sum, label_smoothing: 0.1),
        ["mse_loss"] = x => F.mse_loss(x[0], x[1]),
        ["pad"] = x => F.pad(x[0], [1, 2, 0, 1], value: 0.5),
        ["attention"] = x => F.scaled_dot_product_attention(x[0], x[1], x[2]),
        ["attention_causal"] = x => F.scaled_dot_product_attention(x[0], x[1], x[2], is_casual: true),
    };

    public static IEnumerable<object[]> Names => Expected.EnumerateObject().Select(operation => new object[] { operation.Name });

    public static IEnumerable<object[]> DifferentiableNames =>
        Expected.EnumerateObject().Where(operation => operation.Value.GetProperty("gradients").GetArrayLength() > 0)
            .Select(operation => new object[] { operation.Name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Values_are_those_of_PyTorch(string name)
    {
        using var scope = NewDisposeScope();
        var expected = Expected.GetProperty(name);

        var output = Operations[name](Golden.Tensors(expected.GetProperty("inputs")));

        Golden.AssertEqual(expected.GetProperty("output"), output);
    }

    [TestMethod]
    [DynamicData(nameof(DifferentiableNames))]
    public void Gradients_are_those_of_PyTorch(string name)
    {
        using var scope = NewDisposeScope();
        var expected = Expected.GetProperty(name);
        var inputs = Golden.Tensors(expected.GetProperty("inputs"));
        foreach (var input in inputs) input.requires_grad = true;

        var output = Operations[name](inputs);
        var upstream = arange(output.numel(), dtype: float32).remainder(7).sub(3).div(3).reshape(output.shape);
        var gradients = autograd.grad([output], inputs, [upstream]);

        foreach (var (gradient, value) in gradients.Zip(expected.GetProperty("gradients").EnumerateArray()))
            Golden.AssertEqual(value, gradient);
    }

    [TestMethod]
    public void A_number_is_its_mantissa_times_two_to_its_exponent()
    {
        using var scope = NewDisposeScope();
        var (mantissa, exponent) = tensor([-6f, 0.1f, 0f]).frexp();
        CollectionAssert.AreEqual(new[] { -0.75f, 0.8f, 0f }, mantissa.data<float>().ToArray());
        CollectionAssert.AreEqual(new[] { 3, -3, 0 }, exponent.data<int>().ToArray());
        CollectionAssert.AreEqual(new[] { -6f, 0.1f, 0f }, mantissa.ldexp(exponent).data<float>().ToArray());
    }

    [TestMethod]
    public void A_matrix_is_an_orthogonal_matrix_times_a_triangular_one()
    {
        using var scope = NewDisposeScope();
        var matrix = tensor([3f, 1, 2, -1, 0, 4, 2, 2]).view(4, 2);
        var (q, r) = linalg.qr(matrix);
        CollectionAssert.AreEqual(new long[] { 4, 2 }, q.shape);
        Assert.IsTrue(q.t().mm(q).allclose(Identity, atol: 1e-6));
        Assert.IsTrue(r.triu().allclose(r));
        Assert.IsTrue(q.mm(r).allclose(matrix, atol: 1e-6));
    }

    [TestMethod]
    public void A_matrix_is_the_product_of_its_singular_vectors_and_values()
    {
        using var scope = NewDisposeScope();
        var matrix = tensor([3f, 1, 2, -1, 0, 4, 2, 2]).view(4, 2);
        var (u, s, vh) = linalg.svd(matrix, fullMatrices: false);
        CollectionAssert.AreEqual(new long[] { 4, 2 }, u.shape);
        Assert.IsTrue(u.t().mm(u).allclose(Identity, atol: 1e-6));
        float[] values = s.data<float>().ToArray();
        Assert.IsTrue(values[0] >= values[1] && values[1] > 0);
        Assert.IsTrue((u * s).mm(vh).allclose(matrix, atol: 1e-5));
    }

    [TestMethod]
    public void Every_golden_operation_has_its_counterpart_and_none_is_left_over() =>
        CollectionAssert.AreEquivalent(Expected.EnumerateObject().Select(operation => operation.Name).ToList(), Operations.Keys.ToList());
}
