using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>How slices stand in a saved state.</summary>
internal static class AdamSliceFormat
{
    public static void Write(BinaryWriter writer, AdamSlice slice)
    {
        if (slice.Gradient is not null)
            throw new InvalidOperationException($"'{slice.Parameter.Name}' has a gradient that no update has used yet. Save the state right after an update.");
        writer.Write(slice.Parameter.Name);
        writer.Write(slice.Parameter.Size);
        writer.Write(slice.Steps);
        WriteOptional(writer, slice.Index);
        WriteOptional(writer, slice.ExpAvg);
        WriteOptional(writer, slice.ExpAvgSq);
    }

    /// <param name="reader">Where to read from.</param>
    /// <param name="find">Finds a parameter by its name; null where there is none.</param>
    public static AdamSlice Read(BinaryReader reader, Func<string, NamedParameter?> find)
    {
        string name = reader.ReadString();
        long size = reader.ReadInt64();
        var parameter = find(name) ?? throw new InvalidDataException($"The saved state trains '{name}', which this optimizer does not.");
        if (parameter.Size != size)
            throw new InvalidDataException($"The saved state knows '{name}' with {size:N0} weights; here it has {parameter.Size:N0}.");

        long steps = reader.ReadInt64();
        var index = ReadOptional(reader, parameter);
        var slice = new AdamSlice(parameter, index);
        var expAvg = ReadOptional(reader, parameter);
        var expAvgSq = ReadOptional(reader, parameter);
        if (expAvg is not null && expAvgSq is not null)
            slice.SetMoments(steps, expAvg, expAvgSq);
        return slice;
    }

    private static void WriteOptional(BinaryWriter writer, Tensor? tensor)
    {
        writer.Write(tensor is not null);
        tensor?.Save(writer);
    }

    private static Tensor? ReadOptional(BinaryReader reader, NamedParameter parameter) =>
        reader.ReadBoolean() ? TensorExtensionMethods.Load(reader).to(parameter.Value.device, disposeAfter: true) : null;
}
