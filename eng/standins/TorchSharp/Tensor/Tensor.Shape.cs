namespace TorchSharp;

public static partial class torch
{
    // Views and other shapes of the same elements, joining and splitting.
    public partial class Tensor
    {
        public Tensor view(params long[] shape) => Made(Native.bl_view(handle, shape, shape.Length));
        public Tensor reshape(params long[] shape) => Made(Native.bl_reshape(handle, shape, shape.Length));
        public Tensor unsqueeze(long dim) => Made(Native.bl_unsqueeze(handle, dim));
        public Tensor squeeze(long? dim = null) => Made(Native.bl_squeeze(handle, Native.Optional(dim)));
        public Tensor transpose(long dim0, long dim1) => Made(Native.bl_transpose(handle, dim0, dim1));
        public Tensor t() => Made(Native.bl_t(handle));
        public Tensor expand(params long[] sizes) => expand(sizes.AsSpan());
        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) => Made(Native.bl_expand(handle, sizes, sizes.Length, isImplicit));
        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null) =>
            Made(Native.bl_repeat_interleave(handle, repeats, Native.Optional(dim), Native.Optional(output_size)));
        public Tensor repeat_interleave(Tensor repeats, long? dim = null, long? output_size = null) =>
            Made(Native.bl_repeat_interleave_tensor(handle, repeats.handle, Native.Optional(dim), Native.Optional(output_size)));
        public Tensor roll(long shifts, long? dims = null) => Made(Native.bl_roll(handle, shifts, Native.Optional(dims)));
        public Tensor contiguous() => Made(Native.bl_contiguous(handle));
        public Tensor triu(long diagonal = 0) => Made(Native.bl_triu(handle, diagonal));

        public Tensor[] chunk(long chunks, long dim = 0) => Made(Native.bl_chunk(handle, chunks, dim, out var data, out var count), data, count);
        public Tensor[] split(long size, int dim = 0) => Made(Native.bl_split(handle, size, dim, out var data, out var count), data, count);
    }
}
