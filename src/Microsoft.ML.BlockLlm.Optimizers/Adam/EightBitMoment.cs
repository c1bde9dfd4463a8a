using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// A moment in 8-bit codes. A block of 256 weights shares the scale s, its largest magnitude; a code c stands for
/// m = s · sign(c) · (c/127)², and for v = s · (c/255)⁴ where values are not negative.
/// </summary>
/// <remarks>
/// The powers give small values finer steps: the smallest code is s/127² and s/255⁴. A code is rounded to the nearest; but a positive v has
/// at least code 1, since a second moment of 0 would make an update of any size. Each weight decays with the scale of its block, exactly.
/// </remarks>
internal sealed class EightBitMoment : Moment
{
    private const int BlockSize = 256;
    private const float SmallestNormal = 1.17549435e-38f;

    private readonly bool _signed;
    private Tensor _codes;
    private Tensor _scales;

    /// <param name="values">The moment, float32 [count].</param>
    /// <param name="signed">Whether values may be negative.</param>
    public EightBitMoment(Tensor values, bool signed)
    {
        _signed = signed;
        using var scope = NewDisposeScope();
        var (codes, scales) = Encode(values);
        (_codes, _scales) = (codes.DetachFromDisposeScope(), scales.DetachFromDisposeScope());
    }

    /// <param name="codes">The codes, int8 [count], or uint8 [count] where values are not negative.</param>
    /// <param name="scales">The scales, float32 [⌈count / 256⌉].</param>
    /// <param name="signed">Whether values may be negative.</param>
    public EightBitMoment(Tensor codes, Tensor scales, bool signed)
    {
        _signed = signed;
        (_codes, _scales) = (codes.DetachFromDisposeScope(), scales.DetachFromDisposeScope());
    }

    /// <summary>The codes, int8 or uint8 [count].</summary>
    public Tensor Codes => _codes;

    public override long Bytes => _codes.numel() + (4 * _scales.numel());

    /// <summary>The number of scales of so many weights.</summary>
    public static long BlocksOf(long count) => (count + BlockSize - 1) / BlockSize;

    public static EightBitMoment Zeros(long count, Device device, bool signed) => new(
        zeros(count, dtype: signed ? ScalarType.Int8 : ScalarType.Byte, device: device), zeros(BlocksOf(count), dtype: ScalarType.Float32, device: device), signed);

    public override Tensor Read() => Read(0, _codes.numel());

    public override Tensor Read(long start, long count)
    {
        using var scope = NewDisposeScope();
        var root = _codes.narrow(0, start, count).to(ScalarType.Float32).div_(_signed ? 127 : 255);
        var share = _signed ? root.abs().mul_(root) : root.square().square();
        return share.mul_(Spread(_scales.narrow(0, start / BlockSize, BlocksOf(count)), count)).MoveToOuterDisposeScope();
    }

    public override void Write(long start, Tensor values)
    {
        using var scope = NewDisposeScope();
        var (codes, scales) = Encode(values);
        _codes.narrow(0, start, codes.numel()).copy_(codes);
        _scales.narrow(0, start / BlockSize, scales.numel()).copy_(scales);
    }

    public override void Save(BinaryWriter writer)
    {
        _codes.Save(writer);
        _scales.Save(writer);
    }

    public override void To(Device device) => (_codes, _scales) = (WeightState.Moved(_codes, device), WeightState.Moved(_scales, device));

    public override void Dispose()
    {
        _codes.Dispose();
        _scales.Dispose();
    }

    private (Tensor Codes, Tensor Scales) Encode(Tensor values)
    {
        var magnitude = values.abs();
        long count = values.numel(), rest = count % BlockSize;
        var padded = rest == 0 ? magnitude : nn.functional.pad(magnitude, [0, BlockSize - rest]);
        var scales = padded.view(-1, BlockSize).amax(1);
        var root = magnitude.div_(Spread(scales.clamp_min(SmallestNormal), count)).sqrt_();
        var codes = _signed
            ? root.mul_(127).round_().mul_(values.sign()).to(ScalarType.Int8)
            : root.sqrt_().mul_(255).round_().maximum(values.sign()).to(ScalarType.Byte);
        return (codes, scales);
    }

    /// <summary>The scale of each weight.</summary>
    private static Tensor Spread(Tensor scales, long count)
    {
        using var repeated = scales.unsqueeze(1).expand(-1, BlockSize).reshape(-1);
        return repeated.narrow(0, 0, count);
    }
}
