using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>How slices stand in a saved state.</summary>
internal static class AdamSliceFormat
{
    // In pieces, because a span is limited to 2 GiB.
    private const long PieceLength = 1 << 26;

    public static void WriteAll(BinaryWriter writer, IReadOnlyCollection<AdamSlice> slices)
    {
        writer.Write(slices.Count);
        foreach (var slice in slices)
            Write(writer, slice);
    }

    /// <summary>Reads what <see cref="WriteAll"/> wrote; the caller's to dispose.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="find">Finds a parameter by its name; null where there is none.</param>
    /// <exception cref="InvalidDataException">A slice does not fit its parameter, or two have a weight in common.</exception>
    public static IReadOnlyList<AdamSlice> ReadAll(BinaryReader reader, Func<string, NamedParameter?> find)
    {
        var slices = new List<AdamSlice>();
        try
        {
            for (int count = reader.ReadInt32(); count > 0; count--)
                slices.Add(Read(reader, find));
            foreach (var parts in slices.GroupBy(slice => slice.Parameter).Where(parts => parts.Count() > 1))
                RequireApart(parts.Key, [.. parts]);
            return slices;
        }
        catch
        {
            slices.ForEach(slice => slice.Dispose());
            throw;
        }
    }

    /// <summary>
    /// Reads a tensor of one dimension, as <see cref="TensorExtensionMethods.Save(Tensor, BinaryWriter)"/> writes it; the caller's to dispose. It is made as it is due, never as
    /// the state says: TorchSharp would make room for any number of dimensions, and of a type that there is not, libtorch would end the process.
    /// </summary>
    /// <exception cref="InvalidDataException">The state has another type or length.</exception>
    public static Tensor ReadTensor(BinaryReader reader, ScalarType type, long length, Device device)
    {
        if (reader.Read7BitEncodedInt64() != (long)type || reader.Read7BitEncodedInt64() != 1 || reader.Read7BitEncodedInt64() != length)
            throw new InvalidDataException($"The saved state has a tensor of another type or length where {type} [{length}] is due.");
        using var tensor = empty(length, type);
        for (long start = 0; start < length; start += PieceLength)
        {
            using var piece = tensor.narrow(0, start, Math.Min(PieceLength, length - start));
            reader.ReadExactly(piece.bytes);
        }

        return tensor.to(device, copy: true);
    }

    /// <summary>Refuses master weights of a parameter that keeps none.</summary>
    /// <exception cref="InvalidDataException">It keeps none.</exception>
    public static void RequireMasters(NamedParameter parameter)
    {
        if (!parameter.HasMasters)
        {
            throw new InvalidDataException(
                $"The saved state has master weights of '{parameter.Name}', which is {parameter.Value.dtype} here. Convert the model to BFloat16 and set LowPrecision to MasterWeights.");
        }
    }

    private static void Write(BinaryWriter writer, AdamSlice slice)
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

    /// <summary>Reads a slice, and makes sure that all its parts are of as many weights as it has.</summary>
    private static AdamSlice Read(BinaryReader reader, Func<string, NamedParameter?> find)
    {
        string name = reader.ReadString();
        long size = reader.ReadInt64();
        var parameter = find(name) ?? throw new InvalidDataException($"The saved state trains '{name}', which this optimizer does not.");
        if (parameter.Size != size)
            throw new InvalidDataException($"The saved state knows '{name}' with {size:N0} weights; here it has {parameter.Size:N0}.");

        long steps = reader.ReadInt64();
        if (steps < 0)
            throw new InvalidDataException($"The saved state says that '{name}' had {steps} updates.");
        var device = parameter.Value.device;
        var slice = new AdamSlice(parameter, reader.ReadBoolean() ? CoordinateIndex.Load(reader, parameter) : null);
        try
        {
            if (reader.ReadBoolean())
            {
                var (expAvg, expAvgSq) = Moment.LoadBoth(parameter.Moments, reader, slice.Count, device);
                slice.SetMoments(steps, expAvg, expAvgSq);
            }

            if (reader.ReadBoolean())
            {
                RequireMasters(parameter);
                slice.SetMasters(ReadTensor(reader, ScalarType.Float32, slice.Count, device));
            }

            return slice;
        }
        catch
        {
            slice.Dispose();
            throw;
        }
    }

    private static void RequireApart(NamedParameter parameter, IReadOnlyList<AdamSlice> slices)
    {
        using var scope = NewDisposeScope();
        var isActive = zeros(parameter.Size, dtype: ScalarType.Bool, device: parameter.Value.device);
        foreach (var slice in slices)
            isActive.index_fill_(0, slice.Positions(), 1);
        if (isActive.sum().ToInt64() != slices.Sum(slice => slice.Count))
            throw new InvalidDataException($"The saved state has weights of '{parameter.Name}' twice.");
    }
}
