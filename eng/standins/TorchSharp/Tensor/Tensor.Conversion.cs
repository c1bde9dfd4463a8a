namespace TorchSharp;

public static partial class torch
{
    // Copies, other types and devices.
    public partial class Tensor
    {
        public Tensor alias() => Made(Native.bl_alias(handle));
        public Tensor clone() => Made(Native.bl_clone(handle));
        public Tensor copy_(Tensor source, bool nonBlocking = false) => Changed(Native.bl_copy_(handle, source.handle, nonBlocking));
        public Tensor fill_(Scalar value) => Changed(Native.bl_fill_(handle, value.Value));
        public Tensor zero_() => Changed(Native.bl_zero_(handle));
        public Tensor set_(Tensor source) => Changed(Native.bl_set_(handle, source.handle));

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
        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(dtype, new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);
        public Tensor to(Tensor other, bool non_blocking = false) => to(other.dtype, other.device, non_blocking: non_blocking);
        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(type, copy, disposeAfter, non_blocking);
        public Tensor type_as(Tensor tensor) => to_type(tensor.dtype);
        public Tensor cpu() => to(CPU);

        public Tensor @bool() => to_type(ScalarType.Bool);
        public Tensor @byte() => to_type(ScalarType.Byte);
        public Tensor @int() => to_type(ScalarType.Int32);
        public Tensor @long() => to_type(ScalarType.Int64);
        public Tensor half() => to_type(ScalarType.Float16);
        public Tensor @float() => to_type(ScalarType.Float32);
        public Tensor @double() => to_type(ScalarType.Float64);
    }
}
