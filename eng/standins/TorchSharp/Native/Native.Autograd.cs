using System.Runtime.InteropServices;

namespace TorchSharp;

internal static partial class Native
{
    [LibraryImport(Library)] internal static partial Flag bl_requires_grad(TensorHandle self);
    [LibraryImport(Library)] internal static partial int bl_set_requires_grad(TensorHandle self, Flag value);
    [LibraryImport(Library)] internal static partial int bl_set_grad(TensorHandle self, TensorHandle grad);
    [LibraryImport(Library)] internal static partial TensorHandle bl_grad(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int bl_autograd_grad(ReadOnlySpan<nint> outputs, long outputs_count, ReadOnlySpan<nint> inputs, long inputs_count,
        ReadOnlySpan<nint> grad_outputs, long grad_outputs_count, Flag retain_graph, Flag create_graph, Flag allow_unused,
        out nint data, out long count);
    [LibraryImport(Library)]
    internal static partial int bl_autograd_backward(ReadOnlySpan<nint> roots, long roots_count, ReadOnlySpan<nint> grads, long grads_count,
        Flag retain_graph, Flag create_graph, ReadOnlySpan<nint> inputs, long inputs_count);

    [LibraryImport(Library)] internal static partial Flag bl_is_grad_enabled();
    [LibraryImport(Library)] internal static partial void bl_set_grad_enabled(Flag enabled);
}
