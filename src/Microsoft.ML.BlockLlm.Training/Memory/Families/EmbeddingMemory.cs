namespace Microsoft.ML.BlockLlm.Training;

/// <summary>A sum of embeddings of each token, normalised or not, with dropout.</summary>
internal sealed class EmbeddingMemory(string name, long width, double dropout, IReadOnlyList<ParameterSize> parameters, bool hasNorm) : StageMemory(name, parameters)
{
    public override ActivationMemory Activations(BatchShape batch, Func<string, bool> isTrained, long numberSize)
    {
        var hidden = batch.Tokens * width;
        var mask = dropout > 0 ? hidden : 0;
        return new ActivationMemory
        {
            Output = numberSize * hidden,
            Saved = numberSize * (mask + (hasNorm ? hidden + (2 * batch.Tokens) : 0)),
            // The embedding of the token and the sums on the way.
            Forward = numberSize * (2 * hidden + (hasNorm ? hidden : 0)),
            Backward = numberSize * hidden,
        };
    }
}
