using System.Runtime.InteropServices;

namespace TorchSharp;

internal static partial class Native
{
    [LibraryImport(Library)] internal static partial TensorHandle bl_select(TensorHandle self, long dim, long index);
    [LibraryImport(Library)] internal static partial TensorHandle bl_narrow(TensorHandle self, long dim, long start, long length);
    [LibraryImport(Library)] internal static partial TensorHandle bl_gather(TensorHandle self, long dim, TensorHandle index);
    [LibraryImport(Library)] internal static partial TensorHandle bl_index_select(TensorHandle self, long dim, TensorHandle index);
    [LibraryImport(Library)] internal static partial TensorHandle bl_masked_select(TensorHandle self, TensorHandle mask);
    [LibraryImport(Library)]
    internal static partial TensorHandle bl_searchsorted(TensorHandle sorted, TensorHandle values, Flag out_int32, Flag right);
    [LibraryImport(Library)] internal static partial TensorHandle bl_nonzero(TensorHandle self);
    [LibraryImport(Library)] internal static partial TensorHandle bl_masked_fill(TensorHandle self, TensorHandle mask, ScalarValue value);
    [LibraryImport(Library)] internal static partial int bl_masked_fill_(TensorHandle self, TensorHandle mask, ScalarValue value);
    [LibraryImport(Library)] internal static partial int bl_index_copy_(TensorHandle self, long dim, TensorHandle index, TensorHandle source);
    [LibraryImport(Library)] internal static partial int bl_scatter_(TensorHandle self, long dim, TensorHandle index, TensorHandle src);
    [LibraryImport(Library)] internal static partial int bl_index_fill_(TensorHandle self, long dim, TensorHandle index, ScalarValue value);
}
