namespace TorchSharp;

public static partial class torch
{
    // Comparisons and logic.
    public partial class Tensor
    {
        public Tensor eq(Tensor target) => target is null ? false : Made(Native.bl_eq(handle, target.handle));
        public Tensor eq(Scalar target) => Made(Native.bl_eq_scalar(handle, target.Value));
        public Tensor equal(Tensor target) => eq(target);
        public Tensor ne(Tensor target) => Made(Native.bl_ne(handle, target.handle));
        public Tensor ne(Scalar target) => Made(Native.bl_ne_scalar(handle, target.Value));
        public Tensor lt(Tensor target) => Made(Native.bl_lt(handle, target.handle));
        public Tensor lt(Scalar target) => Made(Native.bl_lt_scalar(handle, target.Value));
        public Tensor le(Scalar target) => Made(Native.bl_le_scalar(handle, target.Value));
        public Tensor gt(Scalar target) => Made(Native.bl_gt_scalar(handle, target.Value));
        public Tensor ge(Scalar target) => Made(Native.bl_ge_scalar(handle, target.Value));

        public Tensor logical_and(Tensor other) => Made(Native.bl_logical_and(handle, other.handle));
        public Tensor logical_or(Tensor other) => Made(Native.bl_logical_or(handle, other.handle));
        public bool allclose(Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false) =>
            Native.Checked(Native.bl_allclose(handle, target.handle, rtol, atol, equal_nan, out var result), result);
        public Tensor where(Tensor condition, Tensor y) => Made(Native.bl_where(handle, condition.handle, y.handle));
    }
}
