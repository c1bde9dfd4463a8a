namespace TorchSharp;

public static partial class torch
{
    // Reductions, over everything or over dimensions.
    public partial class Tensor
    {
        public Tensor any() => Made(Native.bl_any(handle));
        public Tensor all() => Made(Native.bl_all(handle));

        public Tensor count_nonzero(long[]? dims = null)
        {
            if (dims is not null) throw new NotSupportedException("This stand-in of TorchSharp counts over all dimensions only.");
            return Made(Native.bl_count_nonzero(handle));
        }

        public Tensor sum(ScalarType? type = null) => Made(Native.bl_sum(handle, Native.Optional(type)));
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => sum([dim], keepdim, type);
        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) =>
            Made(Native.bl_sum_along(handle, dim, dim.Length, keepdim, Native.Optional(type)));
        public Tensor mean() => Made(Native.bl_mean(handle));
        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) =>
            Made(Native.bl_mean_along(handle, dimensions, dimensions.Length, keepdim, Native.Optional(type)));

        public Tensor std(bool unbiased = true) => Made(Native.bl_std(handle, unbiased));
        public Tensor norm(float p = 2.0f) => Made(Native.bl_norm(handle, p));
        public Tensor norm(int dim, bool keepdim = false, float p = 2.0f) => Made(Native.bl_norm_along(handle, dim, keepdim, p));

        public Tensor max() => Made(Native.bl_max(handle));
        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) =>
            Made(Native.bl_max_along(handle, dim, keepdim, out var first, out var second), first, second);
        public Tensor min() => Made(Native.bl_min(handle));
        public Tensor amax(params long[] dims) => Made(Native.bl_amax(handle, dims, dims.Length));
        public Tensor argmax(long dim, bool keepdim = false) => Made(Native.bl_argmax_along(handle, dim, keepdim));

        public Tensor cumsum(long dim, ScalarType? type = null) => Made(Native.bl_cumsum(handle, dim, Native.Optional(type)));
        public (Tensor values, Tensor indices) kthvalue(long k, long? dim, bool keepdim = false) =>
            Made(Native.bl_kthvalue(handle, k, Native.Optional(dim), keepdim, out var first, out var second), first, second);
        public Tensor bincount(Tensor? weights, long minlength = 0) => Made(Native.bl_bincount(handle, Native.Optional(weights), minlength));
    }
}
