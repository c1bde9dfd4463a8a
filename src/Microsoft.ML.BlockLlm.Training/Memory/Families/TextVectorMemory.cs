namespace Microsoft.ML.BlockLlm.Training;

/// <summary>One vector for each text: that of its first or last token, normalised or not.</summary>
internal sealed class TextVectorMemory(string name, long width, params IReadOnlyList<ParameterSize> parameters) : StageMemory(name, parameters)
{
    public override ActivationMemory Activations(BatchShape batch, Func<string, bool> isTrained) => new()
    {
        Output = NumberSize * batch.BatchSize * width,
        Saved = NumberSize * 2 * batch.BatchSize * width,
        Forward = NumberSize * batch.BatchSize * width,
        Backward = NumberSize * batch.BatchSize * width,
    };
}
