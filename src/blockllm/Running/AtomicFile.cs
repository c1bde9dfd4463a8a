using System.Text;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Writes a file beside its place and moves it there when it is complete and on the disk, so that a process killed meanwhile leaves what was there.</summary>
internal static class AtomicFile
{
    /// <summary>Writes what goes into a stream.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        var beside = path + ".tmp";
        try
        {
            using (var stream = new FileStream(beside, FileMode.Create, FileAccess.ReadWrite))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }

    /// <summary>Writes a text.</summary>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
