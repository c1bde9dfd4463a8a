using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace TorchSharp;

/// <summary>
/// The C interface of eng/standins/native. Functions that make a tensor return an invalid handle on failure, others a status that is not 0.
/// </summary>
internal static partial class Native
{
    internal const string Library = "BlockLlmTorch";

    static Native() => NativeLoader.Load();

    /// <summary>Throws what libtorch threw if <paramref name="status"/> is not 0.</summary>
    internal static void Check(int status)
    {
        if (status != 0) Throw();
    }

    internal static T Checked<T>(int status, T result)
    {
        Check(status);
        return result;
    }

    internal static void Throw() => throw new ExternalException(Marshal.PtrToStringUTF8(bl_last_error()));

    internal static TensorHandle Optional(torch.Tensor? tensor) => tensor is null ? TensorHandle.None : tensor.handle;
    internal static ScalarValue Optional(Scalar? scalar) => scalar is null ? ScalarValue.None : scalar.Value;
    internal static GeneratorHandle Optional(torch.Generator? generator) => generator is null ? GeneratorHandle.None : generator.handle;
    internal static int Optional(torch.ScalarType? type) => type is { } given ? (int)given : -1;
    internal static long Optional(long? value) => value ?? long.MinValue;

    /// <summary>The raw handles of <paramref name="tensors"/>, null entries as 0. The caller keeps the tensors alive past the native call.</summary>
    internal static nint[] Handles(IReadOnlyCollection<torch.Tensor?> tensors)
    {
        var handles = new nint[tensors.Count];
        var next = 0;
        foreach (var tensor in tensors) handles[next++] = tensor is null ? 0 : tensor.Handle;
        return handles;
    }

    [LibraryImport(Library)] private static partial nint bl_last_error();
}
