using System.Runtime.InteropServices;

namespace TorchSharp;

internal static partial class Native
{
    [LibraryImport(Library)]
    internal static partial TensorHandle bl_empty(ReadOnlySpan<long> sizes, long count, int type, int device_type, int device_index,
        Flag requires_grad);
    [LibraryImport(Library)]
    internal static partial TensorHandle bl_zeros(ReadOnlySpan<long> sizes, long count, int type, int device_type, int device_index,
        Flag requires_grad);
    [LibraryImport(Library)]
    internal static partial TensorHandle bl_ones(ReadOnlySpan<long> sizes, long count, int type, int device_type, int device_index,
        Flag requires_grad);
    [LibraryImport(Library)]
    internal static partial TensorHandle bl_full(ReadOnlySpan<long> sizes, long count, ScalarValue value, int type, int device_type,
        int device_index, Flag requires_grad);
    [LibraryImport(Library)]
    internal static partial TensorHandle bl_rand(GeneratorHandle generator, ReadOnlySpan<long> sizes, long count, int type, int device_type,
        int device_index, Flag requires_grad);
    [LibraryImport(Library)]
    internal static partial TensorHandle bl_randn(GeneratorHandle generator, ReadOnlySpan<long> sizes, long count, int type, int device_type,
        int device_index, Flag requires_grad);
    [LibraryImport(Library)]
    internal static partial TensorHandle bl_randint(GeneratorHandle generator, long low, long high, ReadOnlySpan<long> sizes, long count,
        int type, int device_type, int device_index, Flag requires_grad);
    [LibraryImport(Library)]
    internal static partial TensorHandle bl_randperm(GeneratorHandle generator, long n, int type, int device_type, int device_index,
        Flag requires_grad);
    [LibraryImport(Library)]
    internal static partial TensorHandle bl_arange(ScalarValue start, ScalarValue stop, ScalarValue step, int type, int device_type,
        int device_index, Flag requires_grad);
    [LibraryImport(Library)]
    internal static partial TensorHandle bl_zeros_like(TensorHandle self, int type, int device_type, int device_index, Flag requires_grad);
    [LibraryImport(Library)]
    internal static partial TensorHandle bl_ones_like(TensorHandle self, int type, int device_type, int device_index, Flag requires_grad);
    [LibraryImport(Library)]
    internal static partial TensorHandle bl_full_like(TensorHandle self, ScalarValue value, int type, int device_type, int device_index,
        Flag requires_grad);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial TensorHandle bl_from_file(string filename, Flag shared, long size, int type, int device_type, int device_index,
        Flag requires_grad);
}
