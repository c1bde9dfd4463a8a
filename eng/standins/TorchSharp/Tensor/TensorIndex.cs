using System.Runtime.InteropServices;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>One place of an index expression: a number, a slice, an ellipsis, a mask or a tensor of numbers.</summary>
    public struct TensorIndex
    {
        private readonly IndexKind kind;
        private readonly long start;
        private readonly long stop;
        private readonly long step;
        private readonly Tensor? tensor;

        private TensorIndex(IndexKind kind, long start = long.MinValue, long stop = long.MinValue, long step = long.MinValue, Tensor? tensor = null)
        {
            this.kind = kind;
            this.start = start;
            this.stop = stop;
            this.step = step;
            this.tensor = tensor;
        }

        public static TensorIndex Ellipsis = new(IndexKind.Ellipsis);
        public static TensorIndex None = new(IndexKind.None);
        public static TensorIndex Null = new(IndexKind.None);
        public static TensorIndex Colon = Slice();

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
            new(IndexKind.Slice, start ?? long.MinValue, stop ?? long.MinValue, step ?? long.MinValue);

        public static TensorIndex Single(long? index) => index is { } place ? new(IndexKind.Single, place) : None;

        internal readonly IndexValue Value => new(kind, start, stop, step, tensor is null ? 0 : tensor.Handle);
    }
}

/// <summary>What an <see cref="IndexValue"/> holds, numbered as in indexing.cpp.</summary>
internal enum IndexKind : long
{
    None,
    Ellipsis,
    Boolean,
    Single,
    Slice,
    Tensor,
}

/// <summary>A place of an index expression in the layout of the C interface.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct IndexValue(IndexKind Kind, long Start, long Stop, long Step, nint Tensor);
