using System.IO.MemoryMappedFiles;

namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>The input that is being read, in a mapped file: to write it takes no call to the system, and it is there when the process ends, however it does.</summary>
/// <param name="path">The file. It goes when this is disposed, and stays when the process ends before.</param>
internal sealed class CurrentInput(string path) : IDisposable
{
    private const int LengthBytes = sizeof(int);

    private MemoryMappedFile? _file;
    private MemoryMappedViewAccessor? _view;

    /// <summary>What is in the file of a process that ended without disposing it; null if there is none.</summary>
    public static byte[]? LeftIn(string path)
    {
        if (!File.Exists(path))
            return null;
        using var reader = new BinaryReader(File.OpenRead(path));
        return reader.BaseStream.Length > LengthBytes && reader.ReadInt32() is > 0 and var length ? reader.ReadBytes(length) : null;
    }

    /// <summary>Takes the place of the input before.</summary>
    public void Write(byte[] input)
    {
        if (_view is null || _view.Capacity < LengthBytes + input.Length)
            Map(Math.Max(1 << 20, 2 * (LengthBytes + input.Length)));
        // Without a length while it is half of one and half of the other.
        _view!.Write(0, 0);
        _view.WriteArray(LengthBytes, input, 0, input.Length);
        _view.Write(0, input.Length);
    }

    public void Dispose()
    {
        Unmap();
        File.Delete(path);
    }

    private void Map(int capacity)
    {
        Unmap();
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Create, mapName: null, capacity);
        _view = _file.CreateViewAccessor();
    }

    private void Unmap()
    {
        _view?.Dispose();
        _file?.Dispose();
    }
}
