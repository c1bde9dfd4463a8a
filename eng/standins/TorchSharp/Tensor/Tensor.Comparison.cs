namespace TorchSharp;

public static partial class torch
{
    // Comparisons and logic.
    public partial class Tensor
    {
        public Tensor eq(Tensor target) => target is null ? false : Made(Native.bl_eq(handle, target.handle));
        public Tensor eq(Scalar target) => Made(Native.bl_eq_scalar(handle, target.Value));
        public Tensor eq_(Tensor target) => Changed(Native.bl_eq_(handle, target.handle));
        public Tensor eq_(Scalar target) => Changed(Native.bl_eq_scalar_(handle, target.Value));
        public Tensor equal(Tensor target) => eq(target);
        public Tensor ne(Tensor target) => Made(Native.bl_ne(handle, target.handle));
        public Tensor ne_(Tensor target) => Changed(Native.bl_ne_(handle, target.handle));
        public Tensor ne(Scalar target) => Made(Native.bl_ne_scalar(handle, target.Value));
        public Tensor ne_(Scalar target) => Changed(Native.bl_ne_scalar_(handle, target.Value));
        public Tensor lt(Tensor target) => Made(Native.bl_lt(handle, target.handle));
        public Tensor lt_(Tensor target) => Changed(Native.bl_lt_(handle, target.handle));
        public Tensor lt(Scalar target) => Made(Native.bl_lt_scalar(handle, target.Value));
        public Tensor lt_(Scalar target) => Changed(Native.bl_lt_scalar_(handle, target.Value));
        public Tensor le(Tensor target) => Made(Native.bl_le(handle, target.handle));
        public Tensor le_(Tensor target) => Changed(Native.bl_le_(handle, target.handle));
        public Tensor le(Scalar target) => Made(Native.bl_le_scalar(handle, target.Value));
        public Tensor le_(Scalar target) => Changed(Native.bl_le_scalar_(handle, target.Value));
        public Tensor gt(Tensor target) => Made(Native.bl_gt(handle, target.handle));
        public Tensor gt_(Tensor target) => Changed(Native.bl_gt_(handle, target.handle));
        public Tensor gt(Scalar target) => Made(Native.bl_gt_scalar(handle, target.Value));
        public Tensor gt_(Scalar target) => Changed(Native.bl_gt_scalar_(handle, target.Value));
        public Tensor ge(Tensor target) => Made(Native.bl_ge(handle, target.handle));
        public Tensor ge_(Tensor target) => Changed(Native.bl_ge_(handle, target.handle));
        public Tensor ge(Scalar target) => Made(Native.bl_ge_scalar(handle, target.Value));
        public Tensor ge_(Scalar target) => Changed(Native.bl_ge_scalar_(handle, target.Value));

        public Tensor logical_and(Tensor other) => Made(Native.bl_logical_and(handle, other.handle));
        public Tensor logical_or(Tensor other) => Made(Native.bl_logical_or(handle, other.handle));
        public Tensor logical_xor(Tensor other) => Made(Native.bl_logical_xor(handle, other.handle));
        public Tensor bitwise_and(Tensor other) => Made(Native.bl_bitwise_and(handle, other.handle));
        public Tensor bitwise_or(Tensor other) => Made(Native.bl_bitwise_or(handle, other.handle));
        public Tensor bitwise_xor(Tensor other) => Made(Native.bl_bitwise_xor(handle, other.handle));
        public Tensor bitwise_not() => Made(Native.bl_bitwise_not(handle));
        public Tensor bitwise_left_shift(Tensor other) => Made(Native.bl_bitwise_left_shift(handle, other.handle));
        public Tensor bitwise_right_shift(Tensor other) => Made(Native.bl_bitwise_right_shift(handle, other.handle));
        public Tensor isin(Tensor test_elements, bool assumeUnique = false, bool invert = false) =>
            Made(Native.bl_isin(handle, test_elements.handle, assumeUnique, invert));
        public bool allclose(Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false) =>
            Native.Checked(Native.bl_allclose(handle, target.handle, rtol, atol, equal_nan, out var result), result);
        public Tensor where(Tensor condition, Tensor y) => Made(Native.bl_where(handle, condition.handle, y.handle));
    }
}
