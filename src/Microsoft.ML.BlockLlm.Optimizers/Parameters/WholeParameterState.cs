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

    /// <summary>Changes the weights in 32-bit floats, and stores them as the parameter does.</summary>
    /// <param name="pieceSize">How many weights are changed at once; <see cref="WeightState.Count"/> for all.</param>
    /// <param name="change">What changes some weights, float32 [count], from a position on.</param>
    /// <param name="rounding">Rounds weights of low precision that have no masters.</param>
    protected void Change(long pieceSize, Action<Tensor, long> change, StochasticRounding rounding)
    {
        using var scope = NewDisposeScope();
        var flat = Parameter.Flat();
        if (Parameter.HasMasters && _masters is null)
            Replace(ref _masters, flat.to(ScalarType.Float32));
        for (long start = 0; start < Count; start += pieceSize)
        {
            using var pieceScope = NewDisposeScope();
            long size = Math.Min(pieceSize, Count - start);
            var stored = flat.narrow(0, start, size);
            var exact = _masters?.narrow(0, start, size) ?? stored.to(ScalarType.Float32);
            change(exact, start);
            if (Parameter.IsLowPrecision)
                stored.copy_(Parameter.HasMasters ? exact : rounding.Round(exact));
        }
    }
}
