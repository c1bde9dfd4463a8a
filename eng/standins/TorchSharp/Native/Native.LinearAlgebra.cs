using System.Runtime.InteropServices;

namespace TorchSharp;

internal static partial class Native
{
    [LibraryImport(Library)] internal static partial TensorHandle bl_matmul(TensorHandle self, TensorHandle target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_mm(TensorHandle self, TensorHandle target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_mv(TensorHandle self, TensorHandle target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_bmm(TensorHandle self, TensorHandle batch2);
    [LibraryImport(Library)] internal static partial TensorHandle bl_dot(TensorHandle self, TensorHandle target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_outer(TensorHandle self, TensorHandle vec2);
    [LibraryImport(Library)]
    internal static partial TensorHandle bl_addmm(TensorHandle self, TensorHandle mat1, TensorHandle mat2, float beta, float alpha);
    [LibraryImport(Library)] internal static partial int bl_addmm_(TensorHandle self, TensorHandle mat1, TensorHandle mat2, float beta, float alpha);
    [LibraryImport(Library)]
    internal static partial TensorHandle bl_baddbmm(TensorHandle self, TensorHandle batch1, TensorHandle batch2, float beta, float alpha);
}
