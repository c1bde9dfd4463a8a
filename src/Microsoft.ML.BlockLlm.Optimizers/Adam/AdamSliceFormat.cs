using TorchSharp;

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
        writer.Write(slice.Index is not null);
        slice.Index?.Save(writer);
        writer.Write(slice.ExpAvg is not null);
        slice.ExpAvg?.Save(writer);
        slice.ExpAvgSq?.Save(writer);
        writer.Write(slice.Masters is not null);
        slice.Masters?.Save(writer);
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
        var device = parameter.Value.device;
        var slice = new AdamSlice(parameter, reader.ReadBoolean() ? CoordinateIndex.Load(reader, parameter) : null);
        try
        {
            if (reader.ReadBoolean())
            {
                var (expAvg, expAvgSq) = Moment.LoadBoth(parameter.Moments, reader, device);
                slice.SetMoments(steps, expAvg, expAvgSq);
            }

            if (reader.ReadBoolean())
            {
                if (!parameter.HasMasters)
                {
                    throw new InvalidDataException(
                        $"The saved state has master weights of '{name}', which is {parameter.Value.dtype} here. Convert the model to BFloat16 and set LowPrecision to MasterWeights.");
                }

                slice.SetMasters(TensorExtensionMethods.Load(reader).to(device, disposeAfter: true));
            }

            return slice;
        }
        catch
        {
            slice.Dispose();
            throw;
        }
    }
}
