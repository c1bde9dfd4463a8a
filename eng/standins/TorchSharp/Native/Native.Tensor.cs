using System.Runtime.InteropServices;

namespace TorchSharp;

internal static partial class Native
{
    [LibraryImport(Library)] internal static partial void bl_tensor_free(nint self);
    [LibraryImport(Library)] internal static partial void bl_array_free(nint data);

    [LibraryImport(Library)] internal static partial long bl_ndim(TensorHandle self);
    [LibraryImport(Library)] internal static partial long bl_numel(TensorHandle self);
    [LibraryImport(Library)] internal static partial long bl_element_size(TensorHandle self);
    [LibraryImport(Library)] internal static partial int bl_dtype(TensorHandle self);
    [LibraryImport(Library)] internal static partial int bl_device_type(TensorHandle self);
    [LibraryImport(Library)] internal static partial int bl_device_index(TensorHandle self);
    [LibraryImport(Library)] internal static partial void bl_sizes(TensorHandle self, Span<long> sizes);
    [LibraryImport(Library)] internal static partial void bl_strides(TensorHandle self, Span<long> strides);
    [LibraryImport(Library)] internal static partial int bl_size(TensorHandle self, long dim, out long result);
    [LibraryImport(Library)] internal static partial Flag bl_is_contiguous(TensorHandle self);
    [LibraryImport(Library)] internal static partial int bl_data(TensorHandle self, out nint result);

    [LibraryImport(Library)] internal static partial TensorHandle bl_eq(TensorHandle self, TensorHandle target);
    [LibraryImport(Library)] internal static partial TensorHandle bl_alias(TensorHandle self);
    [LibraryImport(Library)] internal static partial TensorHandle bl_clone(TensorHandle self);
    [LibraryImport(Library)] internal static partial TensorHandle bl_detach(TensorHandle self);
    [LibraryImport(Library)] internal static partial int bl_fill_(TensorHandle self, ScalarValue value);
    [LibraryImport(Library)] internal static partial int bl_zero_(TensorHandle self);
    [LibraryImport(Library)] internal static partial int bl_set_(TensorHandle self, TensorHandle source);
    [LibraryImport(Library)] internal static partial int bl_copy_(TensorHandle self, TensorHandle source, Flag non_blocking);
    [LibraryImport(Library)]
    internal static partial TensorHandle bl_to(TensorHandle self, int type, int device_type, int device_index, Flag copy, Flag non_blocking);
}
