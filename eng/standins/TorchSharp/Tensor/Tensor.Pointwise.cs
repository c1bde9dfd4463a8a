namespace TorchSharp;

public static partial class torch
{
    // Functions of one tensor, element by element.
    public partial class Tensor
    {
        public Tensor abs() => Made(Native.bl_abs(handle));
        public Tensor neg() => Made(Native.bl_neg(handle));
        public Tensor exp() => Made(Native.bl_exp(handle));
        public Tensor exp_() => Changed(Native.bl_exp_(handle));
        public Tensor sqrt() => Made(Native.bl_sqrt(handle));
        public Tensor sqrt_() => Changed(Native.bl_sqrt_(handle));
        public Tensor rsqrt() => Made(Native.bl_rsqrt(handle));
        public Tensor sin() => Made(Native.bl_sin(handle));
        public Tensor cos() => Made(Native.bl_cos(handle));
        public Tensor log() => Made(Native.bl_log(handle));
        public Tensor tanh() => Made(Native.bl_tanh(handle));
        public Tensor sigmoid() => Made(Native.bl_sigmoid(handle));
        public Tensor sigmoid_() => Changed(Native.bl_sigmoid_(handle));
        public Tensor relu() => Made(Native.bl_relu(handle));
        public Tensor relu_() => Changed(Native.bl_relu_(handle));
        public Tensor floor() => Made(Native.bl_floor(handle));
        public Tensor sign() => Made(Native.bl_sign(handle));
        public Tensor logical_not() => Made(Native.bl_logical_not(handle));

        public Tensor reciprocal() => Made(Native.bl_reciprocal(handle));
        public Tensor square() => Made(Native.bl_square(handle));
        public Tensor gelu() => Made(Native.bl_gelu(handle));
        public Tensor silu() => Made(Native.bl_silu(handle));
        public Tensor silu_() => Changed(Native.bl_silu_(handle));
        public Tensor round_(long decimals = 0) => Changed(Native.bl_round_(handle, decimals));
        public (Tensor Mantissa, Tensor Exponent) frexp() => Made(Native.bl_frexp(handle, out var first, out var second), first, second);
        public Tensor ldexp(Tensor other) => Made(Native.bl_ldexp(handle, other.handle));

        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Made(Native.bl_clamp(handle, Native.Optional(min), Native.Optional(max)));
        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => Changed(Native.bl_clamp_(handle, Native.Optional(min), Native.Optional(max)));
        public Tensor clamp_min(Scalar min) => Made(Native.bl_clamp_min(handle, min.Value));
        public Tensor softmax(long dim, ScalarType? dtype = null) => Made(Native.bl_softmax(handle, dim, Native.Optional(dtype)));
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Made(Native.bl_log_softmax(handle, dim, Native.Optional(dtype)));
    }
}
