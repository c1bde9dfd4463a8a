namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>A loss or gradient was not a finite number. The optimizer noticed before it changed a weight, and has forgotten the gradients.</summary>
public sealed class NonFiniteGradientException : InvalidOperationException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What was not finite, and at which update.</param>
    public NonFiniteGradientException(string message) : base(message)
    {
    }
}
