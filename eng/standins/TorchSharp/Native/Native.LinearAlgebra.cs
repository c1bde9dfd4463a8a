using System.Runtime.InteropServices;

namespace TorchSharp;

internal static partial class Native
{
    [LibraryImport(Library)] internal static partial TensorHandle bl_matmul(TensorHandle self, TensorHandle target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_mm(TensorHandle self, TensorHandle target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_bmm(TensorHandle self, TensorHandle batch2);
}
