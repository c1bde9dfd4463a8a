namespace TorchSharp;

public static partial class torch
{
    // Products of matrices and vectors.
    public partial class Tensor
    {
        public Tensor matmul(Tensor target) => Made(Native.bl_matmul(handle, target.handle));
        public Tensor mm(Tensor target) => Made(Native.bl_mm(handle, target.handle));
        public Tensor bmm(Tensor batch2) => Made(Native.bl_bmm(handle, batch2.handle));
        public Tensor addmm_(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
            Changed(Native.bl_addmm_(handle, mat1.handle, mat2.handle, beta, alpha));

        internal static (Tensor Q, Tensor R) Qr(Tensor input, int mode) =>
            Made(Native.bl_linalg_qr(input.handle, mode, out var first, out var second), first, second);

        internal static (Tensor U, Tensor S, Tensor Vh) Svd(Tensor input, bool fullMatrices)
        {
            Native.Check(Native.bl_linalg_svd(input.handle, fullMatrices, out var first, out var second, out var third));
            return (Made(first), Made(second), Made(third));
        }
    }
}
