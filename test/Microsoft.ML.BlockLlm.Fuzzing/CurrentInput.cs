using System.IO.MemoryMappedFiles;

namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>
/// The input that this process is reading, in a mapped file with its id in the name: to write it takes no call to the system, and it is there when the process ends, however it does. The file is locked while
/// the process lives.
/// </summary>
internal sealed class CurrentInput : IDisposable
{
    private const int LengthBytes = sizeof(int);
    private const string Prefix = "current-";

    private readonly FileStream _file;
    private MemoryMappedFile? _mapping;
    private MemoryMappedViewAccessor? _view;

    /// <summary>Makes the file. It goes when this is disposed, and stays when the process ends before.</summary>
    /// <param name="folder">The folder.</param>
    public CurrentInput(string folder) =>
        _file = new FileStream(Path.Combine(folder, $"{Prefix}{Environment.ProcessId}"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);

    /// <summary>Takes what processes were reading that ended without disposing theirs; the files go, those of processes that live stay.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="keep">Is given each input.</param>
    public static void TakeLeft(string folder, Action<byte[]> keep)
    {
        foreach (var path in Directory.GetFiles(folder, $"{Prefix}*"))
        {
            if (TryOpen(path) is not { } file)
                continue;
            using (var reader = new BinaryReader(file))
            {
                if (file.Length > LengthBytes && reader.ReadInt32() is > 0 and var length)
                    keep(reader.ReadBytes(length));
            }
            // Only now that it is kept.
            File.Delete(path);
        }
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
        _file.Dispose();
        File.Delete(_file.Name);
    }

    private void Map(int capacity)
    {
        Unmap();
        _mapping = MemoryMappedFile.CreateFromFile(_file, mapName: null, capacity, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        _view = _mapping.CreateViewAccessor();
    }

    private void Unmap()
    {
        _view?.Dispose();
        _mapping?.Dispose();
    }

    /// <summary>Opens a file; null where a process has it that lives, or another one has just taken it.</summary>
    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
