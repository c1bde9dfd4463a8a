namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A safetensors file breaks the format, or holds something else than was asked for.</summary>
public sealed class SafetensorsException : FormatException
{
    /// <summary>Makes an exception.</summary>
    /// <param name="source">The file's path, or what the stream is called.</param>
    /// <param name="problem">What is wrong, as a sentence.</param>
    /// <param name="tensor">The tensor that it is about; null if it is about the file.</param>
    /// <param name="innerException">What caused it.</param>
    public SafetensorsException(string source, string problem, string? tensor = null, Exception? innerException = null)
        : base(tensor is null ? $"{source}: {problem}" : $"{source}, tensor '{tensor}': {problem}", innerException)
    {
        FileName = source;
        TensorName = tensor;
    }

    /// <summary>The file's path, or what the stream is called.</summary>
    public string FileName { get; }

    /// <summary>The tensor that it is about; null if it is about the file.</summary>
    public string? TensorName { get; }
}
