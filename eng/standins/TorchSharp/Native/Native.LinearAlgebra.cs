using System.Runtime.InteropServices;

namespace TorchSharp;

internal static partial class Native
{
    [LibraryImport(Library)] internal static partial TensorHandle bl_matmul(TensorHandle self, TensorHandle target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_mm(TensorHandle self, TensorHandle target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_bmm(TensorHandle self, TensorHandle batch2);
    [LibraryImport(Library)] internal static partial int bl_addmm_(TensorHandle self, TensorHandle mat1, TensorHandle mat2, float beta, float alpha);
    [LibraryImport(Library)] internal static partial int bl_linalg_qr(TensorHandle input, int mode, out TensorHandle first, out TensorHandle second);
    [LibraryImport(Library)]
    internal static partial int bl_linalg_svd(TensorHandle input, Flag full_matrices, out TensorHandle first, out TensorHandle second, out TensorHandle third);
}
