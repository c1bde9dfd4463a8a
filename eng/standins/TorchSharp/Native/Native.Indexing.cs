using System.Runtime.InteropServices;

namespace TorchSharp;

internal static partial class Native
{
    [LibraryImport(Library)] internal static partial TensorHandle bl_index(TensorHandle self, ReadOnlySpan<IndexValue> values, long count);
    [LibraryImport(Library)]
    internal static partial int bl_index_put_(TensorHandle self, ReadOnlySpan<IndexValue> values, long count, TensorHandle value);
}
