using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>What an optimizer holds for some weights of one parameter: state that lasts, and the gradient of the coming update.</summary>
internal abstract class WeightState(NamedParameter parameter) : IDisposable
{
    /// <summary>So many weights a thread updates at once: few enough to stay in its processor's cache from one operation to the next.</summary>
    private const long PieceOfThread = 1 << 15;

    private Tensor? _gradient;

    public NamedParameter Parameter { get; } = parameter;

    /// <summary>Number of weights that an update changes.</summary>
    public virtual long Count => Parameter.Size;

    /// <summary>Number of updates done: the t of Adam's bias correction.</summary>
    public long Steps { get; protected set; }

    /// <summary>What was made of the gradients offered since the last update, summed: float32, or as a single one came; null where there was none.</summary>
    public Tensor? Gradient => _gradient;

    /// <summary>Memory that the lasting state takes, in bytes.</summary>
    public abstract long StateBytes { get; }

    /// <summary>Adds the gradient of the whole parameter, flat; its storage may be shared.</summary>
    public virtual void Accumulate(Tensor gradient) => AccumulateCompact(gradient.alias());

    /// <summary>Changes the weights by the gradient, which is forgotten. Without a gradient nothing happens, as in PyTorch.</summary>
    /// <param name="gradientScale">What clipping multiplies the gradient by, at most 1.</param>
    /// <param name="warmup">Share of the learning rate that this update has, at most 1.</param>
    /// <param name="rounding">Rounds weights of low precision that have no masters.</param>
    public abstract void Update(double gradientScale, double warmup, StochasticRounding rounding);

    public virtual void DiscardGradient() => Replace(ref _gradient, null);

    /// <summary>Drops the copy of the weights in 32-bit floats, if there is one: the next update makes it anew.</summary>
    public abstract void ForgetMasters();

    /// <summary>Moves everything to a device.</summary>
    public virtual void To(Device device) => Move(ref _gradient, device);

    public virtual void Dispose() => Replace(ref _gradient, null);

    /// <summary>Adds a gradient of the shape of <see cref="Gradient"/> and takes ownership of it; its storage may be the caller's.</summary>
    public void AccumulateCompact(Tensor gradient)
    {
        if (_gradient is null)
        {
            _gradient = gradient.DetachFromDisposeScope();
            return;
        }

        using var past = _gradient.to(ScalarType.Float32);
        var sum = past + gradient;
        gradient.Dispose();
        Replace(ref _gradient, sum);
    }

    /// <summary>How many of some weights on a device are taken at once by what goes by pieces.</summary>
    public static long PieceSizeOf(DeviceType device, long count) => device == DeviceType.CPU ? PieceOfThread * get_num_threads() : count;

    /// <summary>How many weights an update that goes by pieces takes at once.</summary>
    protected long PieceSize => PieceSizeOf(Parameter.Value.device_type, Count);

    /// <summary>A tensor on a device, in the place of one that may be elsewhere: the same one where it is there already.</summary>
    internal static Tensor Moved(Tensor tensor, Device device)
    {
        Tensor? moved = tensor;
        Replace(ref moved, tensor.to(device));
        return moved!;
    }

    protected static void Move(ref Tensor? tensor, Device device)
    {
        if (tensor is not null)
            tensor = Moved(tensor, device);
    }

    protected static void Replace(ref Tensor? field, Tensor? value)
    {
        if (ReferenceEquals(field, value))
            return;
        field?.Dispose();
        field = value?.DetachFromDisposeScope();
    }
}
