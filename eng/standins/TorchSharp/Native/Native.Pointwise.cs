using System.Runtime.InteropServices;

namespace TorchSharp;

internal static partial class Native
{
    [LibraryImport(Library)] internal static partial TensorHandle bl_abs(TensorHandle self);
    [LibraryImport(Library)] internal static partial TensorHandle bl_neg(TensorHandle self);
    [LibraryImport(Library)] internal static partial TensorHandle bl_exp(TensorHandle self);
    [LibraryImport(Library)] internal static partial int bl_exp_(TensorHandle self);
    [LibraryImport(Library)] internal static partial TensorHandle bl_sqrt(TensorHandle self);
    [LibraryImport(Library)] internal static partial int bl_sqrt_(TensorHandle self);
    [LibraryImport(Library)] internal static partial TensorHandle bl_rsqrt(TensorHandle self);
    [LibraryImport(Library)] internal static partial TensorHandle bl_sin(TensorHandle self);
    [LibraryImport(Library)] internal static partial TensorHandle bl_cos(TensorHandle self);
    [LibraryImport(Library)] internal static partial TensorHandle bl_log(TensorHandle self);
    [LibraryImport(Library)] internal static partial TensorHandle bl_tanh(TensorHandle self);
    [LibraryImport(Library)] internal static partial TensorHandle bl_sigmoid(TensorHandle self);
    [LibraryImport(Library)] internal static partial int bl_sigmoid_(TensorHandle self);
    [LibraryImport(Library)] internal static partial TensorHandle bl_relu(TensorHandle self);
    [LibraryImport(Library)] internal static partial int bl_relu_(TensorHandle self);
    [LibraryImport(Library)] internal static partial TensorHandle bl_floor(TensorHandle self);
    [LibraryImport(Library)] internal static partial TensorHandle bl_reciprocal(TensorHandle self);
    [LibraryImport(Library)] internal static partial TensorHandle bl_sign(TensorHandle self);
    [LibraryImport(Library)] internal static partial TensorHandle bl_logical_not(TensorHandle self);
    [LibraryImport(Library)] internal static partial TensorHandle bl_square(TensorHandle self);
    [LibraryImport(Library)] internal static partial TensorHandle bl_gelu(TensorHandle self);
    [LibraryImport(Library)] internal static partial TensorHandle bl_silu(TensorHandle self);
    [LibraryImport(Library)] internal static partial int bl_silu_(TensorHandle self);
    [LibraryImport(Library)] internal static partial int bl_frexp(TensorHandle self, out TensorHandle mantissa, out TensorHandle exponent);
    [LibraryImport(Library)] internal static partial TensorHandle bl_ldexp(TensorHandle self, TensorHandle other);
    [LibraryImport(Library)] internal static partial int bl_round_(TensorHandle self, long decimals);
    [LibraryImport(Library)] internal static partial TensorHandle bl_clamp(TensorHandle self, ScalarValue min, ScalarValue max);
    [LibraryImport(Library)] internal static partial int bl_clamp_(TensorHandle self, ScalarValue min, ScalarValue max);
    [LibraryImport(Library)] internal static partial TensorHandle bl_clamp_min(TensorHandle self, ScalarValue min);
    [LibraryImport(Library)] internal static partial TensorHandle bl_softmax(TensorHandle self, long dim, int dtype);
    [LibraryImport(Library)] internal static partial TensorHandle bl_log_softmax(TensorHandle self, long dim, int dtype);
}
