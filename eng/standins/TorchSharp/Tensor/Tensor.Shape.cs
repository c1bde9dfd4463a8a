namespace TorchSharp;

public static partial class torch
{
    // Views and other shapes of the same elements, joining and splitting.
    public partial class Tensor
    {
        public Tensor view(params long[] shape) => Made(Native.bl_view(handle, shape, shape.Length));
        public Tensor view_as(Tensor other) => view(other.shape);
        public Tensor reshape(params long[] shape) => Made(Native.bl_reshape(handle, shape, shape.Length));
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Made(Native.bl_flatten(handle, start_dim, end_dim));
        public Tensor unflatten(long dim, params long[] sizes) => Made(Native.bl_unflatten(handle, dim, sizes, sizes.Length));
        public Tensor unsqueeze(long dim) => Made(Native.bl_unsqueeze(handle, dim));
        public Tensor squeeze(long? dim = null) => Made(Native.bl_squeeze(handle, Native.Optional(dim)));
        public Tensor transpose(long dim0, long dim1) => Made(Native.bl_transpose(handle, dim0, dim1));
        public Tensor t() => Made(Native.bl_t(handle));
        public Tensor mT => Made(Native.bl_mT(handle));
        public Tensor T => Made(Native.bl_T(handle));
        public Tensor permute(params long[] permutation) => Made(Native.bl_permute(handle, permutation, permutation.Length));
        public Tensor expand(params long[] sizes) => expand(sizes.AsSpan());
        public Tensor expand(long[] sizes, bool isImplicit = false) => expand(sizes.AsSpan(), isImplicit);
        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) => Made(Native.bl_expand(handle, sizes, sizes.Length, isImplicit));
        public Tensor expand_as(Tensor other) => Made(Native.bl_expand_as(handle, other.handle));
        public Tensor repeat(params long[] sizes) => Made(Native.bl_repeat(handle, sizes, sizes.Length));
        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null) =>
            Made(Native.bl_repeat_interleave(handle, repeats, Native.Optional(dim), Native.Optional(output_size)));
        public Tensor repeat_interleave(Tensor repeats, long? dim = null, long? output_size = null) =>
            Made(Native.bl_repeat_interleave_tensor(handle, repeats.handle, Native.Optional(dim), Native.Optional(output_size)));
        public Tensor roll(long shifts, long? dims = null) => Made(Native.bl_roll(handle, shifts, Native.Optional(dims)));
        public Tensor flip(params long[] dims) => Made(Native.bl_flip(handle, dims, dims.Length));
        public Tensor contiguous() => Made(Native.bl_contiguous(handle));
        public Tensor tril(long diagonal = 0) => Made(Native.bl_tril(handle, diagonal));
        public Tensor triu(long diagonal = 0) => Made(Native.bl_triu(handle, diagonal));
        public Tensor diag(long diagonal = 0) => Made(Native.bl_diag(handle, diagonal));

        public Tensor[] chunk(long chunks, long dim = 0) => Made(Native.bl_chunk(handle, chunks, dim, out var data, out var count), data, count);
        public Tensor[] split(long size, int dim = 0) => Made(Native.bl_split(handle, size, dim, out var data, out var count), data, count);
        public Tensor[] split(long[] sizes, long dim = 0) => split(sizes.AsSpan(), dim);
        public Tensor[] split(ReadOnlySpan<long> sizes, long dim = 0) =>
            Made(Native.bl_split_with_sizes(handle, sizes, sizes.Length, dim, out var data, out var count), data, count);
        public Tensor[] unbind(long dimension = 0) => Made(Native.bl_unbind(handle, dimension, out var data, out var count), data, count);
    }
}
