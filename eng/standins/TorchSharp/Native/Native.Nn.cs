using System.Runtime.InteropServices;

namespace TorchSharp;

internal static partial class Native
{
    [LibraryImport(Library)] internal static partial TensorHandle bl_linear(TensorHandle input, TensorHandle weight, TensorHandle bias);
    [LibraryImport(Library)]
    internal static partial TensorHandle bl_layer_norm(TensorHandle input, ReadOnlySpan<long> shape, long shape_count, TensorHandle weight,
        TensorHandle bias, double eps);
    [LibraryImport(Library)] internal static partial TensorHandle bl_dropout(TensorHandle input, double p, Flag training);
    [LibraryImport(Library)] internal static partial int bl_dropout_(TensorHandle input, double p, Flag training);
    [LibraryImport(Library)]
    internal static partial TensorHandle bl_pad(TensorHandle input, ReadOnlySpan<long> pad, long pad_count, int mode, double value);
    [LibraryImport(Library)]
    internal static partial TensorHandle bl_cross_entropy(TensorHandle input, TensorHandle target, TensorHandle weight, long ignore_index,
        long reduction, double label_smoothing);
    [LibraryImport(Library)] internal static partial TensorHandle bl_mse_loss(TensorHandle input, TensorHandle target, long reduction);
}
