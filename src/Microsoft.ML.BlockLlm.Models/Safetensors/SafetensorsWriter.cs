using System.Text;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// Writes safetensors as the reference implementation does: widest elements first, then by name, so that the same tensors
/// always give the same bytes. Nothing but one piece of a tensor is held in memory.
/// </summary>
public static class SafetensorsWriter
{
    private static readonly Dictionary<string, string> s_torchFormat = new() { ["format"] = "pt" };

    /// <summary>Writes a file. It appears under its name only when it is complete: a file of this name is kept until then.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors by name, on any device.</param>
    /// <param name="metadata">Free text for the header. Default: <c>format</c> = <c>pt</c>, which Python's transformers asks for.</param>
    /// <exception cref="ArgumentException">A name occurs twice, or an element type is none of safetensors'.</exception>
    /// <exception cref="IOException">The file cannot be written. Where the disk is full, the message says how many bytes are needed and how many are free.</exception>
    public static void Save(string path, IEnumerable<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        var all = tensors.ToList();
        AtomicFile.Write(path, stream => Write(stream, all, metadata));
    }

    /// <summary>Writes to a stream, front to back.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="tensors">The tensors by name, on any device.</param>
    /// <param name="metadata">Free text for the header. Default: <c>format</c> = <c>pt</c>, which Python's transformers asks for.</param>
    /// <exception cref="ArgumentException">A name occurs twice, or an element type is none of safetensors'.</exception>
    public static void Write(Stream stream, IEnumerable<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        Write(stream, tensors, open: null, metadata);

    /// <summary>Writes to a stream, front to back, tensors whose data need not be in memory before.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="tensors">The tensors by name; type and shape are known before they are opened.</param>
    /// <param name="open">Called before a tensor is read; what it gives is disposed afterwards. Null if all are there.</param>
    /// <param name="metadata">Free text for the header.</param>
    internal static void Write(
        Stream stream, IEnumerable<(string Name, Tensor Tensor)> tensors, Func<Tensor, IDisposable>? open, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        var ordered = tensors.ToList();
        Require(ordered);
        ordered.Sort(Compare);

        var offset = 0L;
        var entries = ordered.ConvertAll(item =>
        {
            var begin = offset;
            offset += item.Tensor.NumberOfElements * SafetensorsTypes.SizeOf(item.Tensor.dtype);
            return new SafetensorsEntry(item.Name, item.Tensor.dtype, item.Tensor.shape, begin, offset);
        });
        stream.Write(SafetensorsHeader.Write(entries, metadata ?? s_torchFormat));
        foreach (var (_, tensor) in ordered)
        {
            using var scope = NewDisposeScope();
            using var opened = open?.Invoke(tensor);
            TensorBytes.Write(stream, tensor.detach().cpu().contiguous());
        }
    }

    private static int Compare((string Name, Tensor Tensor) left, (string Name, Tensor Tensor) right)
    {
        var byType = SafetensorsTypes.Rank(right.Tensor.dtype).CompareTo(SafetensorsTypes.Rank(left.Tensor.dtype));
        return byType != 0 ? byType : CompareUtf8(left.Name, right.Name);
    }

    // The order of UTF-8 bytes, which is the reference implementation's, is that of code points, not of UTF-16 units.
    private static int CompareUtf8(string left, string right) =>
        Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));

    private static void Require(List<(string Name, Tensor Tensor)> tensors)
    {
        var names = new HashSet<string>();
        foreach (var (name, tensor) in tensors)
        {
            if (!names.Add(name))
                throw new ArgumentException($"Tensor '{name}' is given twice.", nameof(tensors));
            if (!SafetensorsTypes.Contains(tensor.dtype))
                throw new ArgumentException($"Tensor '{name}' holds {tensor.dtype}; safetensors holds {SafetensorsTypes.Names}.", nameof(tensors));
        }
    }
}
