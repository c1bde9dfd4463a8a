namespace TorchSharp;

public static partial class torch
{
    // Products of matrices and vectors.
    public partial class Tensor
    {
        public Tensor matmul(Tensor target) => Made(Native.bl_matmul(handle, target.handle));
        public Tensor mm(Tensor target) => Made(Native.bl_mm(handle, target.handle));
        public Tensor bmm(Tensor batch2) => Made(Native.bl_bmm(handle, batch2.handle));
    }
}
