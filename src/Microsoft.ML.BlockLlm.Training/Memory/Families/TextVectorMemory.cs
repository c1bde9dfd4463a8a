namespace Microsoft.ML.BlockLlm.Training;

/// <summary>One vector for each text: that of its first or last token, normalised or not.</summary>
internal sealed class TextVectorMemory(string name, long width, params IReadOnlyList<ParameterSize> parameters) : StageMemory(name, parameters)
{
    public override ActivationMemory Activations(BatchShape batch, Func<string, bool> isTrained, long numberSize) => new()
    {
        Output = numberSize * batch.BatchSize * width,
        Saved = numberSize * 2 * batch.BatchSize * width,
        Forward = numberSize * batch.BatchSize * width,
        Backward = numberSize * batch.BatchSize * width,
    };
}
