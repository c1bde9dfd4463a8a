namespace TorchSharp;

public static partial class torch
{
    // Reductions, over everything or over dimensions.
    public partial class Tensor
    {
        public Tensor any() => Made(Native.bl_any(handle));
        public Tensor any(long dim, bool keepdim = false) => Made(Native.bl_any_along(handle, dim, keepdim));
        public Tensor all() => Made(Native.bl_all(handle));
        public Tensor all(long dim, bool keepdim = false) => Made(Native.bl_all_along(handle, dim, keepdim));

        public Tensor count_nonzero(long[]? dims = null)
        {
            if (dims is not null) throw new NotSupportedException("This stand-in of TorchSharp counts over all dimensions only.");
            return Made(Native.bl_count_nonzero(handle));
        }

        public Tensor sum(ScalarType? type = null) => Made(Native.bl_sum(handle, Native.Optional(type)));
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => sum([dim], keepdim, type);
        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => sum(dim.AsSpan(), keepdim, type);
        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) =>
            Made(Native.bl_sum_along(handle, dim, dim.Length, keepdim, Native.Optional(type)));
        public Tensor mean() => Made(Native.bl_mean(handle));
        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) =>
            Made(Native.bl_mean_along(handle, dimensions, dimensions.Length, keepdim, Native.Optional(type)));
        public Tensor prod(ScalarType? type = null) => Made(Native.bl_prod(handle, Native.Optional(type)));
        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) =>
            Made(Native.bl_prod_along(handle, dim, keepdim, Native.Optional(type)));

        public Tensor var(bool unbiased = true) => Made(Native.bl_var(handle, unbiased));
        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => var([dim], unbiased, keepdim, type);
        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Made(Native.bl_var_along(handle, dimensions, dimensions.Length, unbiased, keepdim, Native.Optional(type)));
        public Tensor std(bool unbiased = true) => Made(Native.bl_std(handle, unbiased));
        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => std([dim], unbiased, keepdim, type);
        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Made(Native.bl_std_along(handle, dimensions, dimensions.Length, unbiased, keepdim, Native.Optional(type)));
        public Tensor norm(float p = 2.0f) => Made(Native.bl_norm(handle, p));
        public Tensor norm(int dim, bool keepdim = false, float p = 2.0f) => Made(Native.bl_norm_along(handle, dim, keepdim, p));
        public Tensor logsumexp(long dim, bool keepdim = false) => Made(Native.bl_logsumexp(handle, dim, keepdim));

        public Tensor max() => Made(Native.bl_max(handle));
        public Tensor max(Tensor other) => Made(Native.bl_max_of(handle, other.handle));
        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) =>
            Made(Native.bl_max_along(handle, dim, keepdim, out var first, out var second), first, second);
        public Tensor min() => Made(Native.bl_min(handle));
        public Tensor min(Tensor other) => Made(Native.bl_min_of(handle, other.handle));
        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) =>
            Made(Native.bl_min_along(handle, dim, keepdim, out var first, out var second), first, second);
        public Tensor amax(params long[] dims) => Made(Native.bl_amax(handle, dims, dims.Length));
        public Tensor argmax() => Made(Native.bl_argmax(handle));
        public Tensor argmax(long dim, bool keepdim = false) => Made(Native.bl_argmax_along(handle, dim, keepdim));
        public Tensor argmin() => Made(Native.bl_argmin(handle));
        public Tensor argmin(long dim, bool keepdim = false) => Made(Native.bl_argmin_along(handle, dim, keepdim));

        public Tensor cumsum(long dim, ScalarType? type = null) => Made(Native.bl_cumsum(handle, dim, Native.Optional(type)));
        public Tensor median() => Made(Native.bl_median(handle));
        public Tensor quantile(Tensor q, long dim = -1, bool keepdim = false) => Made(Native.bl_quantile(handle, q.handle, dim, keepdim));
        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) =>
            Made(Native.bl_topk(handle, k, dim, largest, sorted, out var first, out var second), first, second);
        public (Tensor values, Tensor indices) kthvalue(long k, long? dim, bool keepdim = false) =>
            Made(Native.bl_kthvalue(handle, k, Native.Optional(dim), keepdim, out var first, out var second), first, second);
        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) =>
            Made(Native.bl_sort(handle, dim, descending, stable, out var first, out var second), first, second);
        public Tensor argsort(long dim = -1, bool descending = false) => Made(Native.bl_argsort(handle, dim, descending));
        public Tensor bincount(Tensor? weights, long minlength = 0) => Made(Native.bl_bincount(handle, Native.Optional(weights), minlength));
    }
}
