using System.Runtime.InteropServices;

namespace TorchSharp;

internal static partial class Native
{
    [LibraryImport(Library)] internal static partial TensorHandle bl_cat(ReadOnlySpan<nint> data, long count, long dim);
    [LibraryImport(Library)] internal static partial TensorHandle bl_stack(ReadOnlySpan<nint> data, long count, long dim);
}
