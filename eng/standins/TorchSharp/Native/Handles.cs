using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>Owns one native tensor.</summary>
internal sealed class TensorHandle : SafeHandle
{
    /// <summary>Passed for a tensor that is not given.</summary>
    internal static readonly TensorHandle None = new();

    public TensorHandle() : base(0, ownsHandle: true) { }

    internal TensorHandle(nint tensor) : this() => SetHandle(tensor);

    public override bool IsInvalid => handle == 0;

    internal nint Value => handle;

    protected override bool ReleaseHandle()
    {
        Native.bl_tensor_free(handle);
        torch.Tensor.UncountOne();
        return true;
    }
}

/// <summary>Owns one native random number generator.</summary>
internal sealed class GeneratorHandle : SafeHandle
{
    /// <summary>Passed for a generator that is not given: libtorch takes its default.</summary>
    internal static readonly GeneratorHandle None = new();

    public GeneratorHandle() : base(0, ownsHandle: true) { }

    public override bool IsInvalid => handle == 0;

    internal nint Value => handle;

    protected override bool ReleaseHandle()
    {
        Native.bl_generator_free(handle);
        return true;
    }
}
