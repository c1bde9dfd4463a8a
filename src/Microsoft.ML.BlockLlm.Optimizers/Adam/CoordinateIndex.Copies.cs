using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// Takes numbers of the coordinates out of a whole parameter, and puts them back. In a processor's memory that goes by the stored offsets, chunk by chunk: libtorch would need positions in 64 bits
/// first, which take longer to make than the numbers to copy.
/// </summary>
internal sealed partial class CoordinateIndex
{
    /// <summary>What belongs to some of the coordinates, of what belongs to the whole parameter, [count]; the caller's to dispose.</summary>
    /// <param name="flat">Numbers of the whole parameter, float32 or bfloat16.</param>
    /// <param name="start">The first coordinate.</param>
    /// <param name="count">How many, at least one.</param>
    public Tensor Gather(Tensor flat, long start, long count)
    {
        if (flat.device_type != DeviceType.CPU)
        {
            using var positions = Positions(start, count);
            return flat.index_select(0, positions);
        }

        using var whole = flat.contiguous();
        var row = empty(count, dtype: flat.dtype);
        Copy(whole, row, start, intoRow: true);
        return row;
    }

    /// <summary>Puts numbers where some of the coordinates are.</summary>
    /// <param name="flat">Numbers of the whole parameter, contiguous, float32 or bfloat16.</param>
    /// <param name="start">The first coordinate.</param>
    /// <param name="row">The numbers for it and those after it, of the same type, contiguous.</param>
    public void Scatter(Tensor flat, long start, Tensor row)
    {
        if (flat.device_type == DeviceType.CPU)
        {
            Copy(flat, row, start, intoRow: false);
            return;
        }

        using var positions = Positions(start, row.numel());
        flat.scatter_(0, positions, row);
    }

    private void Copy(Tensor flat, Tensor row, long start, bool intoRow)
    {
        long end = start + row.numel(), done = 0;
        for (int chunk = ChunkOf(start); start + done < end; chunk++)
        {
            long count = Math.Min(Ends[chunk], end) - (start + done);
            if (count == 0)
                continue;
            using var scope = NewDisposeScope();
            var whole = flat.narrow(0, ChunkSize * chunk, Math.Min(ChunkSize, flat.numel() - (ChunkSize * chunk))).bytes;
            var offsets = MemoryMarshal.Cast<byte, short>(_offsets.narrow(0, start + done, count).bytes);
            var part = row.narrow(0, done, count).bytes;
            // Copied as they are, so that whole numbers do.
            switch (flat.dtype)
            {
                case ScalarType.BFloat16:
                    Copy(MemoryMarshal.Cast<byte, short>(whole), offsets, MemoryMarshal.Cast<byte, short>(part), intoRow);
                    break;
                case ScalarType.Float32:
                    Copy(MemoryMarshal.Cast<byte, int>(whole), offsets, MemoryMarshal.Cast<byte, int>(part), intoRow);
                    break;
                default:
                    throw new NotSupportedException($"Coordinates have numbers of Float32 or BFloat16, and not of {flat.dtype}.");
            }

            done += count;
        }
    }

    private static void Copy<T>(Span<T> whole, ReadOnlySpan<short> offsets, Span<T> row, bool intoRow)
    {
        if (intoRow)
        {
            for (int i = 0; i < offsets.Length; i++)
                row[i] = whole[offsets[i]];
        }
        else
        {
            for (int i = 0; i < offsets.Length; i++)
                whole[offsets[i]] = row[i];
        }
    }
}
