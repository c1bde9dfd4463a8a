namespace TorchSharp;

public static partial class torch
{
    // Reading and writing elements chosen by index or mask.
    public partial class Tensor
    {
        public Tensor select(long dim, long index) => Made(Native.bl_select(handle, dim, index));
        public Tensor narrow(long dim, long start, long length) => Made(Native.bl_narrow(handle, dim, start, length));
        public Tensor gather(long dim, Tensor index) => Made(Native.bl_gather(handle, dim, index.handle));
        public Tensor index_select(long dim, Tensor index) => Made(Native.bl_index_select(handle, dim, index.handle));
        public Tensor masked_select(Tensor mask) => Made(Native.bl_masked_select(handle, mask.handle));
        public Tensor nonzero() => Made(Native.bl_nonzero(handle));

        public Tensor masked_fill(Tensor mask, Scalar value) => Made(Native.bl_masked_fill(handle, mask.handle, value.Value));
        public Tensor masked_fill_(Tensor mask, Scalar value) => Changed(Native.bl_masked_fill_(handle, mask.handle, value.Value));
        public Tensor index_copy_(long dim, Tensor index, Tensor source) => Changed(Native.bl_index_copy_(handle, dim, index.handle, source.handle));
        public Tensor scatter_(long dim, Tensor index, Tensor src) => Changed(Native.bl_scatter_(handle, dim, index.handle, src.handle));
        public Tensor index_fill_(long dim, Tensor index, Scalar value) => Changed(Native.bl_index_fill_(handle, dim, index.handle, value.Value));
    }
}
