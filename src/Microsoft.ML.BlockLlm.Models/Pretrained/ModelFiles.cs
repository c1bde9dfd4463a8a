namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Reads one of a model's files, wherever they are kept.</summary>
/// <param name="name">The file's name, such as <c>config.json</c>.</param>
/// <param name="read">Reads the file's bytes, front to back.</param>
/// <returns>False if there is no file of this name.</returns>
public delegate bool ModelFileReader(string name, Action<Stream> read);

/// <summary>Writes one of a model's files, wherever they are to be kept.</summary>
/// <param name="name">The file's name, such as <c>config.json</c>.</param>
/// <param name="write">Writes the file's bytes, front to back.</param>
public delegate void ModelFileWriter(string name, Action<Stream> write);

/// <summary>Names of the files that make up a model, as Hugging Face has them.</summary>
internal static class ModelFiles
{
    public const string Config = "config.json";
    public const string Tokenizer = "tokenizer.json";
    public const string Weights = "model.safetensors";
    public const string WeightsIndex = "model.safetensors.index.json";

    /// <summary>Reads files of a folder.</summary>
    public static ModelFileReader InDirectory(string directory) => (name, read) =>
    {
        var path = Path.Combine(directory, name);
        if (!File.Exists(path))
            return false;
        using var stream = File.OpenRead(path);
        read(stream);
        return true;
    };

    /// <summary>Writes files into a folder, each of them whole or not at all.</summary>
    public static ModelFileWriter IntoDirectory(string directory) => (name, write) => AtomicFile.Write(Path.Combine(directory, name), write);

    /// <summary>Reads a model, and says of every way in which its files cannot be read that this is so.</summary>
    public static T Reading<T>(string source, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or HttpRequestException)
        {
            throw new ModelLoadException($"{source} cannot be read: {exception.Message}", exception);
        }
        catch (SafetensorsException exception)
        {
            throw new ModelLoadException(exception.Message, exception);
        }
    }
}
