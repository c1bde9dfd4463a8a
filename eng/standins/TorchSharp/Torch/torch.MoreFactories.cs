using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp;

public static partial class torch
{
    // Ranges, tensors like another, and tensors on memory that exists already.

    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);
    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(start, stop, 1, dtype, device, requires_grad);
    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        device = InitializeDevice(device);
        var integral = start.Type != ScalarType.Float64 && stop.Type != ScalarType.Float64 && step.Type != ScalarType.Float64;
        var type = dtype ?? (integral ? ScalarType.Int64 : defaultType);
        return new Tensor(Native.bl_arange(start.Value, stop.Value, step.Value, (int)type, (int)device.type, device.index, requires_grad));
    }

    public static Tensor zeros_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        input.zeros_like(dtype, device, requires_grad);
    public static Tensor ones_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        input.ones_like(dtype, device, requires_grad);
    public static Tensor full_like(Tensor input, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) => input.full_like(value, dtype, device, requires_grad);

    /// <summary>A tensor on the file's own pages; shared writes back to the file, private copies a page when it is written.</summary>
    public static Tensor from_file(string filename, bool? shared = null, long? size = 0, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false)
    {
        device = InitializeDevice(device);
        return new Tensor(Native.bl_from_file(filename, shared ?? false, size ?? 0, (int)(dtype ?? defaultType), (int)device.type, device.index,
            requires_grad));
    }

    public partial class Tensor
    {
        public Tensor zeros_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Made(Native.bl_zeros_like(handle, Native.Optional(dtype), TypeCode(device), IndexCode(device), requires_grad));
        public Tensor ones_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Made(Native.bl_ones_like(handle, Native.Optional(dtype), TypeCode(device), IndexCode(device), requires_grad));
        public Tensor full_like(Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Made(Native.bl_full_like(handle, value.Value, Native.Optional(dtype), TypeCode(device), IndexCode(device), requires_grad));

        private static int TypeCode(Device? device) => device is null ? -1 : (int)device.type;
        private static int IndexCode(Device? device) => device is null ? -1 : device.index;
    }
}
