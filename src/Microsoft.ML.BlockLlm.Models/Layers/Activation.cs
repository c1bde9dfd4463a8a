using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The activations of feed-forward blocks, by the names that <c>config.json</c> has for them.</summary>
internal static class Activation
{
    public const string Gelu = "gelu";
    public const string GeluNew = "gelu_new";
    public const string Relu = "relu";

    // transformers has two names for the approximation: that of GPT-2, and that of PyTorch.
    private const string GeluTanh = "gelu_pytorch_tanh";

    /// <summary>The names of all of them.</summary>
    public static string[] Names { get; } = [Gelu, GeluNew, GeluTanh, Relu];

    /// <summary>Applies an activation; gelu is the exact one, x·Φ(x) (Hendrycks and Gimpel, 2016, arXiv 1606.08415).</summary>
    public static Tensor Apply(string name, Tensor input) => name switch
    {
        Gelu => nn.functional.gelu(input),
        GeluNew or GeluTanh => TanhGelu(input),
        Relu => nn.functional.relu(input),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such activation."),
    };

    // ½·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))), section 2 of the same paper, with ½·(1 + tanh(z)) = σ(2z).
    private static Tensor TanhGelu(Tensor input)
    {
        using var scope = NewDisposeScope();
        var inner = input * input.square().mul_(0.044715).add_(1);
        return (input * inner.mul_(2 * Math.Sqrt(2 / Math.PI)).sigmoid_()).MoveToOuterDisposeScope();
    }
}
