namespace TorchSharp;

public static partial class torch
{
    // Arithmetic of two tensors, or a tensor and a number.
    public partial class Tensor
    {
        public Tensor add(Tensor target) => add(target, 1);
        public Tensor add(Tensor target, Scalar alpha) => Made(Native.bl_add(handle, target.handle, alpha.Value));
        public Tensor add(Scalar scalar) => add(scalar, 1);
        public Tensor add(Scalar scalar, Scalar alpha) => Made(Native.bl_add_scalar(handle, scalar.Value, alpha.Value));
        public Tensor add_(Tensor target) => add_(target, 1);
        public Tensor add_(Tensor target, Scalar alpha) => Changed(Native.bl_add_(handle, target.handle, alpha.Value));
        public Tensor add_(Scalar scalar) => add_(scalar, 1);
        public Tensor add_(Scalar scalar, Scalar alpha) => Changed(Native.bl_add_scalar_(handle, scalar.Value, alpha.Value));

        public Tensor sub(Tensor target) => Made(Native.bl_sub(handle, target.handle));
        public Tensor sub(Scalar target) => Made(Native.bl_sub_scalar(handle, target.Value));
        public Tensor sub_(Tensor target) => Changed(Native.bl_sub_(handle, target.handle));
        public Tensor sub_(Scalar target) => Changed(Native.bl_sub_scalar_(handle, target.Value));

        public Tensor mul(Tensor target) => Made(Native.bl_mul(handle, target.handle));
        public Tensor mul(Scalar target) => Made(Native.bl_mul_scalar(handle, target.Value));
        public Tensor mul_(Tensor target) => Changed(Native.bl_mul_(handle, target.handle));
        public Tensor mul_(Scalar target) => Changed(Native.bl_mul_scalar_(handle, target.Value));

        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            Made(Native.bl_div(handle, target.handle, (int)rounding_mode));
        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            Made(Native.bl_div_scalar(handle, target.Value, (int)rounding_mode));
        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            Changed(Native.bl_div_(handle, target.handle, (int)rounding_mode));
        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            Changed(Native.bl_div_scalar_(handle, target.Value, (int)rounding_mode));
        public Tensor floor_divide(Scalar other) => Made(Native.bl_floor_divide_scalar(handle, other.Value));
        public Tensor remainder(Scalar scalar) => Made(Native.bl_remainder_scalar(handle, scalar.Value));

        public Tensor maximum(Tensor other) => Made(Native.bl_maximum(handle, other.handle));

        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) =>
            Made(Native.bl_addcmul(handle, tensor1.handle, tensor2.handle, value.Value));
        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) =>
            Changed(Native.bl_addcmul_(handle, tensor1.handle, tensor2.handle, value.Value));
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) =>
            Changed(Native.bl_addcdiv_(handle, tensor1.handle, tensor2.handle, value.Value));
    }
}
