using System.Runtime.InteropServices;

namespace TorchSharp;

internal static partial class Native
{
    [LibraryImport(Library)] internal static partial TensorHandle bl_view(TensorHandle self, ReadOnlySpan<long> shape, long shape_count);
    [LibraryImport(Library)] internal static partial TensorHandle bl_reshape(TensorHandle self, ReadOnlySpan<long> shape, long shape_count);
    [LibraryImport(Library)] internal static partial TensorHandle bl_unsqueeze(TensorHandle self, long dim);
    [LibraryImport(Library)] internal static partial TensorHandle bl_squeeze(TensorHandle self, long dim);
    [LibraryImport(Library)] internal static partial TensorHandle bl_transpose(TensorHandle self, long dim0, long dim1);
    [LibraryImport(Library)] internal static partial TensorHandle bl_t(TensorHandle self);
    [LibraryImport(Library)]
    internal static partial TensorHandle bl_expand(TensorHandle self, ReadOnlySpan<long> sizes, long sizes_count, Flag isImplicit);
    [LibraryImport(Library)] internal static partial TensorHandle bl_repeat_interleave(TensorHandle self, long repeats, long dim, long output_size);
    [LibraryImport(Library)]
    internal static partial TensorHandle bl_repeat_interleave_tensor(TensorHandle self, TensorHandle repeats, long dim, long output_size);
    [LibraryImport(Library)] internal static partial TensorHandle bl_roll(TensorHandle self, long shifts, long dim);
    [LibraryImport(Library)] internal static partial TensorHandle bl_contiguous(TensorHandle self);
    [LibraryImport(Library)] internal static partial TensorHandle bl_triu(TensorHandle self, long diagonal);
    [LibraryImport(Library)] internal static partial int bl_chunk(TensorHandle self, long chunks, long dim, out nint data, out long count);
    [LibraryImport(Library)] internal static partial int bl_split(TensorHandle self, long size, int dim, out nint data, out long count);
}
