using System.Runtime.InteropServices;

namespace TorchSharp;

internal static partial class Native
{
    [LibraryImport(Library)] internal static partial TensorHandle bl_add(TensorHandle self, TensorHandle target, ScalarValue alpha);
    [LibraryImport(Library)] internal static partial TensorHandle bl_add_scalar(TensorHandle self, ScalarValue scalar, ScalarValue alpha);
    [LibraryImport(Library)] internal static partial int bl_add_(TensorHandle self, TensorHandle target, ScalarValue alpha);
    [LibraryImport(Library)] internal static partial int bl_add_scalar_(TensorHandle self, ScalarValue scalar, ScalarValue alpha);
    [LibraryImport(Library)] internal static partial TensorHandle bl_sub(TensorHandle self, TensorHandle target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_sub_scalar(TensorHandle self, ScalarValue target);
    [LibraryImport(Library)] internal static partial int bl_sub_(TensorHandle self, TensorHandle target);
    [LibraryImport(Library)] internal static partial int bl_sub_scalar_(TensorHandle self, ScalarValue target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_mul(TensorHandle self, TensorHandle target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_mul_scalar(TensorHandle self, ScalarValue target);
    [LibraryImport(Library)] internal static partial int bl_mul_(TensorHandle self, TensorHandle target);
    [LibraryImport(Library)] internal static partial int bl_mul_scalar_(TensorHandle self, ScalarValue target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_div(TensorHandle self, TensorHandle target, int rounding_mode);
    [LibraryImport(Library)] internal static partial TensorHandle bl_div_scalar(TensorHandle self, ScalarValue target, int rounding_mode);
    [LibraryImport(Library)] internal static partial int bl_div_(TensorHandle self, TensorHandle target, int rounding_mode);
    [LibraryImport(Library)] internal static partial int bl_div_scalar_(TensorHandle self, ScalarValue target, int rounding_mode);
    [LibraryImport(Library)] internal static partial TensorHandle bl_floor_divide_scalar(TensorHandle self, ScalarValue other);
    [LibraryImport(Library)] internal static partial TensorHandle bl_remainder_scalar(TensorHandle self, ScalarValue scalar);
    [LibraryImport(Library)] internal static partial TensorHandle bl_maximum(TensorHandle self, TensorHandle other);
    [LibraryImport(Library)]
    internal static partial TensorHandle bl_addcmul(TensorHandle self, TensorHandle tensor1, TensorHandle tensor2, ScalarValue value);
    [LibraryImport(Library)]
    internal static partial int bl_addcmul_(TensorHandle self, TensorHandle tensor1, TensorHandle tensor2, ScalarValue value);
    [LibraryImport(Library)]
    internal static partial int bl_addcdiv_(TensorHandle self, TensorHandle tensor1, TensorHandle tensor2, ScalarValue value);
}
