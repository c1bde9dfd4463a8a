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

    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        device = InitializeDevice(device);
        return new Tensor(Native.bl_linspace(start, end, steps, (int)(dtype ?? defaultType), (int)device.type, device.index, requires_grad));
    }

    public static Tensor eye(long rows, long columns = -1, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null)
    {
        device = InitializeDevice(device);
        return new Tensor(Native.bl_eye(rows, columns < 0 ? rows : columns, (int)(dtype ?? defaultType), (int)device.type, device.index,
            requires_grad));
    }

    public static Tensor empty_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        input.empty_like(dtype, device, requires_grad);
    public static Tensor zeros_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        input.zeros_like(dtype, device, requires_grad);
    public static Tensor ones_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        input.ones_like(dtype, device, requires_grad);
    public static Tensor full_like(Tensor input, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) => input.full_like(value, dtype, device, requires_grad);
    public static Tensor rand_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        input.rand_like(dtype, device, requires_grad);
    public static Tensor randn_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        input.randn_like(dtype, device, requires_grad);

    /// <summary>A tensor on the array's own memory, which stays pinned while any tensor uses it; a copy if another type is asked for.</summary>
    public static unsafe Tensor frombuffer(Array rawArray, ScalarType dtype, long count = -1, long offset = 0, bool requires_grad = false)
    {
        if (offset < 0 || offset >= rawArray.LongLength) throw new ArgumentException($"invalid value for 'offset': {offset}");
        if (count < 0) count = rawArray.LongLength - offset;
        if (count > rawArray.LongLength - offset) throw new IndexOutOfRangeException($"element count is too large: {count}");

        var type = TypeOf(rawArray);
        var pin = GCHandle.Alloc(rawArray, GCHandleType.Pinned);
        var tensor = new Tensor(Native.bl_from_blob((byte*)pin.AddrOfPinnedObject() + offset * type.ElementSize(), &Unpin, GCHandle.ToIntPtr(pin),
            [count], 1, (int)type, requires_grad));
        return type == dtype ? tensor : tensor.to_type(dtype);
    }

    /// <summary>A tensor on the file's own pages; shared writes back to the file, private copies a page when it is written.</summary>
    public static Tensor from_file(string filename, bool? shared = null, long? size = 0, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false)
    {
        device = InitializeDevice(device);
        return new Tensor(Native.bl_from_file(filename, shared ?? false, size ?? 0, (int)(dtype ?? defaultType), (int)device.type, device.index,
            requires_grad));
    }

    private static ScalarType TypeOf(Array array) => array switch
    {
        float[] => ScalarType.Float32,
        double[] => ScalarType.Float64,
        long[] => ScalarType.Int64,
        int[] => ScalarType.Int32,
        byte[] => ScalarType.Byte,
        Half[] => ScalarType.Float16,
        _ => throw new NotSupportedException($"This stand-in of TorchSharp has no tensors on a {array.GetType().Name}."),
    };

    [UnmanagedCallersOnly]
    private static void Unpin(nint handle) => GCHandle.FromIntPtr(handle).Free();

    public partial class Tensor
    {
        public Tensor empty_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Made(Native.bl_empty_like(handle, Native.Optional(dtype), TypeCode(device), IndexCode(device), requires_grad));
        public Tensor zeros_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Made(Native.bl_zeros_like(handle, Native.Optional(dtype), TypeCode(device), IndexCode(device), requires_grad));
        public Tensor ones_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Made(Native.bl_ones_like(handle, Native.Optional(dtype), TypeCode(device), IndexCode(device), requires_grad));
        public Tensor full_like(Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Made(Native.bl_full_like(handle, value.Value, Native.Optional(dtype), TypeCode(device), IndexCode(device), requires_grad));
        public Tensor rand_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Made(Native.bl_rand_like(handle, Native.Optional(dtype), TypeCode(device), IndexCode(device), requires_grad));
        public Tensor randn_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Made(Native.bl_randn_like(handle, Native.Optional(dtype), TypeCode(device), IndexCode(device), requires_grad));

        private static int TypeCode(Device? device) => device is null ? -1 : (int)device.type;
        private static int IndexCode(Device? device) => device is null ? -1 : device.index;
    }
}
