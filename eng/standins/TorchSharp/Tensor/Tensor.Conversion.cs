namespace TorchSharp;

public static partial class torch
{
    // Copies, other types and devices.
    public partial class Tensor
    {
        public Tensor alias() => Made(Native.bl_alias(handle));
        public Tensor clone() => Made(Native.bl_clone(handle));
        public Tensor set_(Tensor source) => Changed(Native.bl_set_(handle, source.handle));
        public Tensor copy_(Tensor source, bool nonBlocking = false) => Changed(Native.bl_copy_(handle, source.handle, nonBlocking));
        public Tensor fill_(Scalar value) => Changed(Native.bl_fill_(handle, value.Value));
        public Tensor zero_() => Changed(Native.bl_zero_(handle));

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            device = InitializeDevice(device);
            var result = Made(Native.bl_to(handle, (int)type, (int)device.type, device.index, copy, non_blocking));
            if (disposeAfter) Dispose();
            return result;
        }

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(type, device, copy, disposeAfter, non_blocking);
        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(dtype, device, copy, disposeAfter, non_blocking);
        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(type, copy, disposeAfter, non_blocking);
        public Tensor cpu() => to(CPU);
    }
}
