using System.Runtime.InteropServices;

namespace TorchSharp;

internal static partial class Native
{
    [LibraryImport(Library)] internal static partial TensorHandle bl_count_nonzero(TensorHandle self);
    [LibraryImport(Library)] internal static partial TensorHandle bl_any(TensorHandle self);
    [LibraryImport(Library)] internal static partial TensorHandle bl_all(TensorHandle self);
    [LibraryImport(Library)] internal static partial TensorHandle bl_sum(TensorHandle self, int type);
    [LibraryImport(Library)]
    internal static partial TensorHandle bl_sum_along(TensorHandle self, ReadOnlySpan<long> dim, long dim_count, Flag keepdim, int type);
    [LibraryImport(Library)] internal static partial TensorHandle bl_mean(TensorHandle self);
    [LibraryImport(Library)]
    internal static partial TensorHandle bl_mean_along(TensorHandle self, ReadOnlySpan<long> dimensions, long dimensions_count, Flag keepdim,
        int type);
    [LibraryImport(Library)] internal static partial TensorHandle bl_std(TensorHandle self, Flag unbiased);
    [LibraryImport(Library)] internal static partial TensorHandle bl_norm(TensorHandle self, float p);
    [LibraryImport(Library)] internal static partial TensorHandle bl_norm_along(TensorHandle self, int dim, Flag keepdim, float p);
    [LibraryImport(Library)] internal static partial TensorHandle bl_max(TensorHandle self);
    [LibraryImport(Library)]
    internal static partial int bl_max_along(TensorHandle self, long dim, Flag keepdim, out TensorHandle first, out TensorHandle second);
    [LibraryImport(Library)] internal static partial TensorHandle bl_min(TensorHandle self);
    [LibraryImport(Library)] internal static partial TensorHandle bl_amax(TensorHandle self, ReadOnlySpan<long> dims, long dims_count);
    [LibraryImport(Library)] internal static partial TensorHandle bl_argmax_along(TensorHandle self, long dim, Flag keepdim);
    [LibraryImport(Library)] internal static partial TensorHandle bl_cumsum(TensorHandle self, long dim, int type);
    [LibraryImport(Library)]
    internal static partial int bl_kthvalue(TensorHandle self, long k, long dim, Flag keepdim, out TensorHandle first, out TensorHandle second);
    [LibraryImport(Library)] internal static partial TensorHandle bl_bincount(TensorHandle self, TensorHandle weights, long minlength);
}
