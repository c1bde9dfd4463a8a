namespace TorchSharp;

public static partial class torch
{
    // Functions of one tensor, element by element.
    public partial class Tensor
    {
        public Tensor abs() => Made(Native.bl_abs(handle));
        public Tensor abs_() => Changed(Native.bl_abs_(handle));
        public Tensor neg() => Made(Native.bl_neg(handle));
        public Tensor neg_() => Changed(Native.bl_neg_(handle));
        public Tensor sqrt() => Made(Native.bl_sqrt(handle));
        public Tensor sqrt_() => Changed(Native.bl_sqrt_(handle));
        public Tensor rsqrt() => Made(Native.bl_rsqrt(handle));
        public Tensor rsqrt_() => Changed(Native.bl_rsqrt_(handle));
        public Tensor exp() => Made(Native.bl_exp(handle));
        public Tensor exp_() => Changed(Native.bl_exp_(handle));
        public Tensor log() => Made(Native.bl_log(handle));
        public Tensor log_() => Changed(Native.bl_log_(handle));
        public Tensor log1p() => Made(Native.bl_log1p(handle));
        public Tensor log1p_() => Changed(Native.bl_log1p_(handle));
        public Tensor sin() => Made(Native.bl_sin(handle));
        public Tensor sin_() => Changed(Native.bl_sin_(handle));
        public Tensor cos() => Made(Native.bl_cos(handle));
        public Tensor cos_() => Changed(Native.bl_cos_(handle));
        public Tensor tanh() => Made(Native.bl_tanh(handle));
        public Tensor tanh_() => Changed(Native.bl_tanh_(handle));
        public Tensor sigmoid() => Made(Native.bl_sigmoid(handle));
        public Tensor sigmoid_() => Changed(Native.bl_sigmoid_(handle));
        public Tensor relu() => Made(Native.bl_relu(handle));
        public Tensor relu_() => Changed(Native.bl_relu_(handle));
        public Tensor floor() => Made(Native.bl_floor(handle));
        public Tensor floor_() => Changed(Native.bl_floor_(handle));
        public Tensor ceil() => Made(Native.bl_ceil(handle));
        public Tensor ceil_() => Changed(Native.bl_ceil_(handle));
        public Tensor trunc() => Made(Native.bl_trunc(handle));
        public Tensor trunc_() => Changed(Native.bl_trunc_(handle));
        public Tensor reciprocal() => Made(Native.bl_reciprocal(handle));
        public Tensor reciprocal_() => Changed(Native.bl_reciprocal_(handle));
        public Tensor erf() => Made(Native.bl_erf(handle));
        public Tensor erf_() => Changed(Native.bl_erf_(handle));
        public Tensor erfinv() => Made(Native.bl_erfinv(handle));
        public Tensor erfinv_() => Changed(Native.bl_erfinv_(handle));
        public Tensor sign() => Made(Native.bl_sign(handle));
        public Tensor sign_() => Changed(Native.bl_sign_(handle));
        public Tensor logical_not() => Made(Native.bl_logical_not(handle));
        public Tensor logical_not_() => Changed(Native.bl_logical_not_(handle));

        public Tensor square() => Made(Native.bl_square(handle));
        public Tensor gelu() => Made(Native.bl_gelu(handle));
        public Tensor silu() => Made(Native.bl_silu(handle));
        public Tensor silu_() => Changed(Native.bl_silu_(handle));
        public Tensor round(long decimals = 0) => Made(Native.bl_round(handle, decimals));
        public Tensor round_(long decimals = 0) => Changed(Native.bl_round_(handle, decimals));
        public (Tensor Mantissa, Tensor Exponent) frexp() => Made(Native.bl_frexp(handle, out var first, out var second), first, second);
        public Tensor ldexp(Tensor other) => Made(Native.bl_ldexp(handle, other.handle));

        public Tensor isfinite() => Made(Native.bl_isfinite(handle));
        public Tensor isnan() => Made(Native.bl_isnan(handle));
        public Tensor isinf() => Made(Native.bl_isinf(handle));

        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Made(Native.bl_clamp(handle, Native.Optional(min), Native.Optional(max)));
        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => Changed(Native.bl_clamp_(handle, Native.Optional(min), Native.Optional(max)));
        public Tensor clamp(Tensor? min = null, Tensor? max = null) =>
            Made(Native.bl_clamp_tensor(handle, Native.Optional(min), Native.Optional(max)));
        public Tensor clamp_(Tensor? min = null, Tensor? max = null) =>
            Changed(Native.bl_clamp_tensor_(handle, Native.Optional(min), Native.Optional(max)));
        public Tensor clamp_min(Scalar min) => Made(Native.bl_clamp_min(handle, min.Value));
        public Tensor clamp_min_(Scalar min) => Changed(Native.bl_clamp_min_(handle, min.Value));
        public Tensor clamp_max(Scalar max) => Made(Native.bl_clamp_max(handle, max.Value));
        public Tensor clamp_max_(Scalar max) => Changed(Native.bl_clamp_max_(handle, max.Value));
        public Tensor softmax(long dim, ScalarType? dtype = null) => Made(Native.bl_softmax(handle, dim, Native.Optional(dtype)));
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Made(Native.bl_log_softmax(handle, dim, Native.Optional(dtype)));
    }
}
