using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp;

public static class TensorExtensionMethods
{
    public static int ElementSize(this ScalarType type) => type switch
    {
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.Int64 or ScalarType.Float64 => 8,
        _ => throw new NotImplementedException(),
    };

    public static bool ToBoolean(this Tensor value) => Number<bool>(value, ScalarType.Bool);
    public static int ToInt32(this Tensor value) => Number<int>(value, ScalarType.Int32);
    public static long ToInt64(this Tensor value) => Number<long>(value, ScalarType.Int64);
    public static float ToSingle(this Tensor value) => Number<float>(value, ScalarType.Float32);
    public static double ToDouble(this Tensor value) => Number<double>(value, ScalarType.Float64);

    public static void Save(this Tensor tensor, BinaryWriter writer)
    {
        writer.Encode((int)tensor.dtype);
        writer.Encode(tensor.ndim);
        foreach (var size in tensor.shape) writer.Encode(size);
        writer.Flush();
        tensor.WriteBytesToStream(writer.BaseStream);
    }

    /// <summary>Reads into <paramref name="tensor"/> what <see cref="Save"/> wrote of one of the same type and shape.</summary>
    public static void Load(this Tensor tensor, BinaryReader reader, bool skip = false)
    {
        var (type, shape) = Header(reader);
        if (type != tensor.dtype)
            throw new ArgumentException(
                "Mismatched tensor data types while loading. Make sure that the model you are loading into is exactly the same as the origin.");
        if (skip)
        {
            reader.BaseStream.Seek(tensor.numel() * tensor.element_size(), SeekOrigin.Current);
            return;
        }
        if (!shape.SequenceEqual(tensor.shape))
            throw new ArgumentException(
                "Mismatched tensor shape while loading. Make sure that the model you are loading into is exactly the same as the origin.");
        tensor.ReadBytesFromStream(reader.BaseStream);
    }

    /// <summary>Reads a tensor, or passes it by and returns null.</summary>
    public static Tensor Load(BinaryReader reader, bool skip = false)
    {
        var (type, shape) = Header(reader);
        if (skip)
        {
            reader.BaseStream.Seek(shape.Aggregate(1L, (product, size) => product * size) * type.ElementSize(), SeekOrigin.Current);
            return null!;
        }
        var tensor = empty(shape, type);
        tensor.ReadBytesFromStream(reader.BaseStream);
        return tensor;
    }

    internal static bool IsFloatingPoint(this ScalarType type) =>
        type is ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64;

    private static (ScalarType Type, long[] Shape) Header(BinaryReader reader)
    {
        var type = (ScalarType)reader.Decode();
        var shape = new long[reader.Decode()];
        for (var i = 0; i < shape.Length; i++) shape[i] = reader.Decode();
        return (type, shape);
    }

    private static T Number<T>(Tensor value, ScalarType type) where T : unmanaged
    {
        if (value.numel() != 1) throw new ArgumentException("Number of elements in the tensor must be 1");
        if (value.dtype == type) return value.item<T>();
        using var converted = value.to(type);
        return converted.item<T>();
    }
}
