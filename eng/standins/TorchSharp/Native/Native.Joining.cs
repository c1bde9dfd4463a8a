using System.Runtime.InteropServices;

namespace TorchSharp;

internal static partial class Native
{
    [LibraryImport(Library)] internal static partial TensorHandle bl_cat(ReadOnlySpan<nint> data, long count, long dim);
    [LibraryImport(Library)] internal static partial TensorHandle bl_stack(ReadOnlySpan<nint> data, long count, long dim);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial TensorHandle bl_einsum(string equation, ReadOnlySpan<nint> data, long count);
    [LibraryImport(Library)]
    internal static partial int bl_unique(TensorHandle self, Flag sorted, Flag inverse, Flag counts, long dim, out TensorHandle values,
        out TensorHandle indices, out TensorHandle count);
}
