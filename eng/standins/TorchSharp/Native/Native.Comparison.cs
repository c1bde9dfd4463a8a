using System.Runtime.InteropServices;

namespace TorchSharp;

internal static partial class Native
{
    [LibraryImport(Library)] internal static partial TensorHandle bl_eq_scalar(TensorHandle self, ScalarValue target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_ne(TensorHandle self, TensorHandle target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_ne_scalar(TensorHandle self, ScalarValue target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_lt(TensorHandle self, TensorHandle target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_lt_scalar(TensorHandle self, ScalarValue target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_le_scalar(TensorHandle self, ScalarValue target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_gt_scalar(TensorHandle self, ScalarValue target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_ge_scalar(TensorHandle self, ScalarValue target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_logical_and(TensorHandle self, TensorHandle other);
    [LibraryImport(Library)] internal static partial TensorHandle bl_logical_or(TensorHandle self, TensorHandle other);
    [LibraryImport(Library)]
    internal static partial int bl_allclose(TensorHandle self, TensorHandle target, double rtol, double atol, Flag equal_nan, out Flag result);
    [LibraryImport(Library)] internal static partial TensorHandle bl_where(TensorHandle self, TensorHandle condition, TensorHandle y);
}
