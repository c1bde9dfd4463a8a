using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>A number that libtorch functions take: boolean, integral or floating point.</summary>
public sealed class Scalar : IDisposable
{
    internal readonly ScalarValue Value;

    private Scalar(ScalarValue value) => Value = value;

    public torch.ScalarType Type => (torch.ScalarType)Value.Kind;

    public static implicit operator Scalar(bool value) => new(ScalarValue.Of(value));
    public static implicit operator Scalar(byte value) => new(ScalarValue.Of(value));
    public static implicit operator Scalar(short value) => new(ScalarValue.Of(value));
    public static implicit operator Scalar(int value) => new(ScalarValue.Of(value));
    public static implicit operator Scalar(long value) => new(ScalarValue.Of(value));
    public static implicit operator Scalar(Half value) => new(ScalarValue.Of((double)value));
    public static implicit operator Scalar(float value) => new(ScalarValue.Of((double)value));
    public static implicit operator Scalar(double value) => new(ScalarValue.Of(value));

    /// <summary>Nothing to release: the original's scalars are native, these are not.</summary>
    public void Dispose() { }
}

/// <summary>A number in the layout of the C interface.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct ScalarValue(long Bits, long Kind)
{
    internal static readonly ScalarValue None = new(0, -1);

    internal double Real => Kind == (long)torch.ScalarType.Float64 ? BitConverter.Int64BitsToDouble(Bits) : Bits;

    internal static ScalarValue Of(bool value) => new(value ? 1 : 0, (long)torch.ScalarType.Bool);
    internal static ScalarValue Of(long value) => new(value, (long)torch.ScalarType.Int64);
    internal static ScalarValue Of(double value) => new(BitConverter.DoubleToInt64Bits(value), (long)torch.ScalarType.Float64);
}
