using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// A safetensors file, opened for reading: names, types and shapes of its tensors at once, their data on demand.
/// The header is checked strictly, as the reference implementation does (<see href="https://github.com/huggingface/safetensors">format</see>).
/// </summary>
public sealed class SafetensorsFile
{
    private readonly SafetensorsHeader _header;
    private readonly Dictionary<string, SafetensorsEntry> _entries;

    private SafetensorsFile(string path, SafetensorsHeader header)
    {
        Path = path;
        _header = header;
        _entries = header.Entries.ToDictionary(entry => entry.Name);
    }

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<SafetensorsEntry> Tensors => _header.Entries;

    /// <summary>The free text of the header, such as <c>format</c> = <c>pt</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Reads and checks a file's header.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="SafetensorsException">The file breaks the format, is cut off, or has bytes after its last tensor.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = OpenUnbuffered(path);
        var header = SafetensorsHeader.Read(stream, path);
        var size = stream.Length - header.Size;
        if (size < header.DataSize)
            throw CutOff(path, header, size);
        if (size > header.DataSize)
            throw new SafetensorsException(path, $"the file has {size - header.DataSize} bytes after its last tensor.");
        return new SafetensorsFile(path, header);
    }

    /// <summary>
    /// Reads all tensors of a stream, front to back, so that it need not be seekable: a file inside an archive, say.
    /// </summary>
    /// <param name="stream">Stands at the first byte of the safetensors data; it is read to its end.</param>
    /// <param name="name">What to call the stream in messages.</param>
    /// <returns>The tensors by name, on the CPU, in the stream's element types. The caller disposes them.</returns>
    /// <exception cref="SafetensorsException">The stream breaks the format, is cut off, or goes on after the last tensor.</exception>
    public static IReadOnlyDictionary<string, Tensor> ReadAll(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var header = SafetensorsHeader.Read(stream, name);
        if (stream.CanSeek && stream.Length - stream.Position is var size && size < header.DataSize)
            throw CutOff(name, header, size);
        using var scope = NewDisposeScope();
        var tensors = header.Entries.ToDictionary(entry => entry.Name, entry => Read(stream, entry, name));
        if (stream.ReadByte() >= 0)
            throw new SafetensorsException(name, "there are bytes after the last tensor.");
        foreach (var tensor in tensors.Values)
            tensor.DetachFromDisposeScope();
        return tensors;
    }

    /// <summary>Reads one tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>A new tensor on the CPU, in the file's element type and shape. The caller disposes it.</returns>
    /// <exception cref="SafetensorsException">There is no tensor of this name, or the file became shorter since it was opened.</exception>
    public Tensor ReadTensor(string name)
    {
        var entry = Find(name);
        using var stream = OpenUnbuffered(Path);
        stream.Position = _header.Size + entry.Begin;
        return Read(stream, entry, Path);
    }

    /// <summary>
    /// Maps one tensor into memory without reading it: pages come from the file when they are touched, and a page that is written
    /// to becomes the process's own, so the file never changes. Where its place in the file forbids that, the tensor is read.
    /// </summary>
    /// <remarks>The mapping begins with the file, and Linux by default refuses one larger than memory and swap together: models larger than that belong in several files.</remarks>
    /// <param name="name">Its name.</param>
    /// <returns>A tensor on the CPU, in the file's element type and shape. The caller disposes it, and must not change the file before.</returns>
    /// <exception cref="SafetensorsException">There is no tensor of this name.</exception>
    public Tensor MapTensor(string name)
    {
        var entry = Find(name);
        var itemSize = SafetensorsTypes.SizeOf(entry.DType);
        var begin = _header.Size + entry.Begin;
        if (entry.ByteCount == 0 || begin % itemSize != 0)
            return ReadTensor(name);
        using var scope = NewDisposeScope();
        var first = begin / itemSize;
        var count = entry.ByteCount / itemSize;
        return from_file(Path, shared: false, size: first + count, dtype: entry.DType)
            .narrow(0, first, count).view([.. entry.Shape]).MoveToOuterDisposeScope();
    }

    /// <summary>Opens the file without a buffer of its own: what is read goes to where it belongs at once.</summary>
    private static FileStream OpenUnbuffered(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);

    private SafetensorsEntry Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _entries.GetValueOrDefault(name) ?? throw new SafetensorsException(Path, $"it has no tensor '{name}'.");
    }

    private static SafetensorsException CutOff(string source, SafetensorsHeader header, long size) =>
        new(source, $"the file is cut off: its tensors need {header.DataSize} bytes of data and it has {size}. Fetch it again.");

    private static Tensor Read(Stream stream, SafetensorsEntry entry, string source)
    {
        using var scope = NewDisposeScope();
        try
        {
            // The header of a stream that cannot say its length can ask for any amount: memory is taken as bytes come.
            var tensor = stream.CanSeek ? TensorBytes.TryRead(stream, [.. entry.Shape], entry.DType) : TensorBytes.TryReadInParts(stream, [.. entry.Shape], entry.DType);
            return tensor?.MoveToOuterDisposeScope()
                ?? throw new SafetensorsException(source, "the data is cut off inside this tensor. Fetch the file again.", entry.Name);
        }
        catch (ExternalException exception)
        {
            throw new SafetensorsException(source, $"there is no memory for its {entry.ByteCount} bytes.", entry.Name, exception);
        }
    }
}
