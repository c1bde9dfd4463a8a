using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>One of Adam's moments for some weights, as it is stored between updates.</summary>
internal abstract class Moment : IDisposable
{
    /// <summary>Memory that it takes, in bytes.</summary>
    public abstract long Bytes { get; }

    /// <summary>Stores a moment.</summary>
    /// <param name="precision">How.</param>
    /// <param name="values">The moment, float32 [count]; its storage may be shared.</param>
    /// <param name="signed">Whether values may be negative.</param>
    public static Moment Store(MomentPrecision precision, Tensor values, bool signed) =>
        precision == MomentPrecision.EightBit ? new EightBitMoment(values, signed) : new Float32Moment(values);

    /// <summary>The moment of weights that had no gradient yet.</summary>
    public static Moment Zeros(MomentPrecision precision, long count, Device device, bool signed)
    {
        if (precision == MomentPrecision.EightBit)
            return EightBitMoment.Zeros(count, device, signed);
        using var values = zeros(count, dtype: ScalarType.Float32, device: device);
        return new Float32Moment(values);
    }

    /// <summary>Reads the first and the second moment of so many weights. Neither is made before all was read, so what breaks off leaves nothing behind.</summary>
    /// <exception cref="InvalidDataException">There are more or fewer values, or of another type.</exception>
    public static (Moment ExpAvg, Moment ExpAvgSq) LoadBoth(MomentPrecision precision, BinaryReader reader, long count, Device device)
    {
        if (precision == MomentPrecision.Full)
        {
            var (expAvg, expAvgSq) = (Next(ScalarType.Float32, count), Next(ScalarType.Float32, count));
            return (new Float32Moment(expAvg), new Float32Moment(expAvgSq));
        }

        var blocks = EightBitMoment.BlocksOf(count);
        var (signed, signedScales) = (Next(ScalarType.Int8, count), Next(ScalarType.Float32, blocks));
        var (codes, scales) = (Next(ScalarType.Byte, count), Next(ScalarType.Float32, blocks));
        return (new EightBitMoment(signed, signedScales, signed: true), new EightBitMoment(codes, scales, signed: false));

        Tensor Next(ScalarType type, long length) => AdamSliceFormat.ReadTensor(reader, type, length, device);
    }

    /// <summary>The moment, float32 [count]; the caller's to dispose.</summary>
    public abstract Tensor Read();

    /// <summary>Some of the moment, float32 [count]; the caller's to change, to give to <see cref="Write"/> and to dispose.</summary>
    /// <param name="start">The first weight, a multiple of 256.</param>
    /// <param name="count">How many, a multiple of 256 unless they are the last.</param>
    public abstract Tensor Read(long start, long count);

    /// <summary>Stores some of the moment anew.</summary>
    /// <param name="start">The first weight.</param>
    /// <param name="values">What <see cref="Read(long, long)"/> gave, changed.</param>
    public abstract void Write(long start, Tensor values);

    public abstract void Save(BinaryWriter writer);

    public abstract void To(Device device);

    public abstract void Dispose();

    private sealed class Float32Moment(Tensor values) : Moment
    {
        private Tensor _values = values.alias().DetachFromDisposeScope();

        public override long Bytes => 4 * _values.numel();

        public override Tensor Read() => _values.alias();

        public override Tensor Read(long start, long count) => _values.narrow(0, start, count);

        public override void Write(long start, Tensor values)
        {
            // The storage is shared, so nothing is left to do.
        }

        public override void Save(BinaryWriter writer) => TorchSharp.TensorExtensionMethods.Save(_values, writer);

        public override void To(Device device)
        {
            var moved = _values.to(device).DetachFromDisposeScope();
            if (ReferenceEquals(moved, _values))
                return;
            _values.Dispose();
            _values = moved;
        }

        public override void Dispose() => _values.Dispose();
    }
}
