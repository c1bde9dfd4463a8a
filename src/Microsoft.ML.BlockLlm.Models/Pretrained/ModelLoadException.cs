namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A model cannot be loaded: a file is missing or broken, or its weights do not fit its configuration.</summary>
public sealed class ModelLoadException : Exception
{
    /// <summary>Makes an exception.</summary>
    /// <param name="message">What is wrong, where, and what to do about it.</param>
    /// <param name="innerException">What caused it.</param>
    public ModelLoadException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
