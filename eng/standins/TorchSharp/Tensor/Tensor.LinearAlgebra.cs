namespace TorchSharp;

public static partial class torch
{
    // Products of matrices and vectors.
    public partial class Tensor
    {
        public Tensor matmul(Tensor target) => Made(Native.bl_matmul(handle, target.handle));
        public Tensor mm(Tensor target) => Made(Native.bl_mm(handle, target.handle));
        public Tensor mv(Tensor target) => Made(Native.bl_mv(handle, target.handle));
        public Tensor bmm(Tensor batch2) => Made(Native.bl_bmm(handle, batch2.handle));
        public Tensor dot(Tensor target) => Made(Native.bl_dot(handle, target.handle));
        public Tensor outer(Tensor vec2) => Made(Native.bl_outer(handle, vec2.handle));
        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
            Made(Native.bl_addmm(handle, mat1.handle, mat2.handle, beta, alpha));
        public Tensor addmm_(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
            Changed(Native.bl_addmm_(handle, mat1.handle, mat2.handle, beta, alpha));
        public Tensor baddbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) =>
            Made(Native.bl_baddbmm(handle, batch1.handle, batch2.handle, beta, alpha));
    }
}
