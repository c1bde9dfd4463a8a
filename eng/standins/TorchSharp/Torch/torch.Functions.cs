namespace TorchSharp;

public static partial class torch
{
    // The methods of a tensor as functions.
    public static Tensor tanh(Tensor input) => input.tanh();
    public static Tensor bincount(Tensor input, Tensor? weights = null, long minlength = 0) => input.bincount(weights, minlength);
    public static Tensor where(Tensor condition, Tensor x, Tensor y) => x.where(condition, y);
}
