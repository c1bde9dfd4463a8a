using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>State for all weights of one parameter, in whatever form a method keeps it, and master weights where the parameter has few bits.</summary>
internal abstract class WholeParameterState(NamedParameter parameter) : WeightState(parameter)
{
    private Tensor? _masters;

    public sealed override long StateBytes => OwnBytes + (_masters is null ? 0 : 4 * Count);

    /// <summary>Memory of the method's own state, in bytes.</summary>
    protected abstract long OwnBytes { get; }

    public sealed override void ForgetMasters() => Replace(ref _masters, null);

    public override void To(Device device)
    {
        base.To(device);
        Move(ref _masters, device);
    }

    public override void Dispose()
    {
        base.Dispose();
        Replace(ref _masters, null);
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(Steps);
        writer.Write(_masters is not null);
        _masters?.Save(writer);
        SaveOwn(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote into a state that had no update yet.</summary>
    /// <exception cref="InvalidDataException">It does not fit the parameter.</exception>
    public void Load(BinaryReader reader)
    {
        Steps = reader.ReadInt64();
        if (Steps < 0)
            throw new InvalidDataException($"The saved state says that '{Parameter.Name}' had {Steps} updates.");
        if (reader.ReadBoolean())
        {
            AdamSliceFormat.RequireMasters(Parameter);
            Replace(ref _masters, AdamSliceFormat.ReadTensor(reader, ScalarType.Float32, Count, Parameter.Value.device));
        }

        LoadOwn(reader);
    }

    protected abstract void SaveOwn(BinaryWriter writer);

    protected abstract void LoadOwn(BinaryReader reader);

    /// <summary>Changes all weights in 32-bit floats, [count], and stores them as the parameter does.</summary>
    /// <param name="change">What changes them.</param>
    /// <param name="rounding">Rounds weights of low precision that have no masters.</param>
    protected void Change(Action<Tensor> change, StochasticRounding rounding)
    {
        using var scope = NewDisposeScope();
        var flat = Parameter.Flat();
        var exact = Masters(flat) ?? flat.to(ScalarType.Float32);
        change(exact);
        if (Parameter.IsLowPrecision)
            ByPieces((start, size) => Store(exact.narrow(0, start, size), flat.narrow(0, start, size), rounding));
    }

    /// <summary>The same, piece by piece, which needs no second copy of anything.</summary>
    /// <param name="change">What changes a piece, float32 [size], that begins at a position.</param>
    /// <param name="rounding">Rounds weights of low precision that have no masters.</param>
    protected void ChangeByPieces(Action<Tensor, long> change, StochasticRounding rounding)
    {
        using var scope = NewDisposeScope();
        var flat = Parameter.Flat();
        var masters = Masters(flat);
        ByPieces((start, size) =>
        {
            var stored = flat.narrow(0, start, size);
            var exact = masters?.narrow(0, start, size) ?? stored.to(ScalarType.Float32);
            change(exact, start);
            if (Parameter.IsLowPrecision)
                Store(exact, stored, rounding);
        });
    }

    private Tensor? Masters(Tensor flat)
    {
        if (Parameter.HasMasters && _masters is null)
            Replace(ref _masters, flat.to(ScalarType.Float32));
        return _masters;
    }

    private void Store(Tensor exact, Tensor stored, StochasticRounding rounding) => stored.copy_(Parameter.HasMasters ? exact : rounding.Round(exact));

    private void ByPieces(Action<long, long> action)
    {
        long pieceSize = PieceSize;
        for (long start = 0; start < Count; start += pieceSize)
        {
            using var scope = NewDisposeScope();
            action(start, Math.Min(pieceSize, Count - start));
        }
    }
}
