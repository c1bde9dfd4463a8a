using System.Runtime.InteropServices;

namespace TorchSharp;

internal static partial class Native
{
    [LibraryImport(Library)] internal static partial TensorHandle bl_eq_scalar(TensorHandle self, ScalarValue target);
    [LibraryImport(Library)] internal static partial int bl_eq_(TensorHandle self, TensorHandle target);
    [LibraryImport(Library)] internal static partial int bl_eq_scalar_(TensorHandle self, ScalarValue target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_ne(TensorHandle self, TensorHandle target);
    [LibraryImport(Library)] internal static partial int bl_ne_(TensorHandle self, TensorHandle target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_ne_scalar(TensorHandle self, ScalarValue target);
    [LibraryImport(Library)] internal static partial int bl_ne_scalar_(TensorHandle self, ScalarValue target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_lt(TensorHandle self, TensorHandle target);
    [LibraryImport(Library)] internal static partial int bl_lt_(TensorHandle self, TensorHandle target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_lt_scalar(TensorHandle self, ScalarValue target);
    [LibraryImport(Library)] internal static partial int bl_lt_scalar_(TensorHandle self, ScalarValue target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_le(TensorHandle self, TensorHandle target);
    [LibraryImport(Library)] internal static partial int bl_le_(TensorHandle self, TensorHandle target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_le_scalar(TensorHandle self, ScalarValue target);
    [LibraryImport(Library)] internal static partial int bl_le_scalar_(TensorHandle self, ScalarValue target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_gt(TensorHandle self, TensorHandle target);
    [LibraryImport(Library)] internal static partial int bl_gt_(TensorHandle self, TensorHandle target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_gt_scalar(TensorHandle self, ScalarValue target);
    [LibraryImport(Library)] internal static partial int bl_gt_scalar_(TensorHandle self, ScalarValue target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_ge(TensorHandle self, TensorHandle target);
    [LibraryImport(Library)] internal static partial int bl_ge_(TensorHandle self, TensorHandle target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_ge_scalar(TensorHandle self, ScalarValue target);
    [LibraryImport(Library)] internal static partial int bl_ge_scalar_(TensorHandle self, ScalarValue target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_logical_and(TensorHandle self, TensorHandle other);
    [LibraryImport(Library)] internal static partial TensorHandle bl_logical_or(TensorHandle self, TensorHandle other);
    [LibraryImport(Library)] internal static partial TensorHandle bl_logical_xor(TensorHandle self, TensorHandle other);
    [LibraryImport(Library)] internal static partial TensorHandle bl_bitwise_and(TensorHandle self, TensorHandle other);
    [LibraryImport(Library)] internal static partial TensorHandle bl_bitwise_or(TensorHandle self, TensorHandle other);
    [LibraryImport(Library)] internal static partial TensorHandle bl_bitwise_xor(TensorHandle self, TensorHandle other);
    [LibraryImport(Library)] internal static partial TensorHandle bl_bitwise_not(TensorHandle self);
    [LibraryImport(Library)] internal static partial TensorHandle bl_bitwise_left_shift(TensorHandle self, TensorHandle other);
    [LibraryImport(Library)] internal static partial TensorHandle bl_bitwise_right_shift(TensorHandle self, TensorHandle other);
    [LibraryImport(Library)]
    internal static partial TensorHandle bl_isin(TensorHandle self, TensorHandle test_elements, Flag assumeUnique, Flag invert);
    [LibraryImport(Library)]
    internal static partial int bl_allclose(TensorHandle self, TensorHandle target, double rtol, double atol, Flag equal_nan, out Flag result);
    [LibraryImport(Library)] internal static partial TensorHandle bl_where(TensorHandle self, TensorHandle condition, TensorHandle y);
}
