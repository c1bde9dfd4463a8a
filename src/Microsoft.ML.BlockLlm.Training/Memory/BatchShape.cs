namespace Microsoft.ML.BlockLlm.Training;

/// <summary>How large a batch is.</summary>
/// <param name="BatchSize">Texts that go through the model at once.</param>
/// <param name="Length">Tokens that each is padded to.</param>
public readonly record struct BatchShape(long BatchSize, long Length)
{
    /// <summary>Tokens, padding included.</summary>
    public long Tokens => BatchSize * Length;
}
