namespace Microsoft.ML.BlockLlm.Training;

/// <summary>A checkpoint cannot be written or read, or is one of another training.</summary>
public sealed class CheckpointException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="path">The checkpoint, or the folder of all of them.</param>
    /// <param name="problem">What is wrong and what to do, as sentences.</param>
    /// <param name="innerException">What caused it.</param>
    public CheckpointException(string path, string problem, Exception? innerException = null)
        : base($"{path}: {problem}", innerException) => Path = path;

    /// <summary>The checkpoint, or the folder of all of them.</summary>
    public string Path { get; }
}
