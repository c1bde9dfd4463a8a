namespace Microsoft.ML.BlockLlm.Training;

/// <summary>A row of a table for each token. Its graph keeps the ids only.</summary>
internal sealed class TokenEmbeddingMemory(string name, long vocabularySize, long width)
    : StageMemory(name, [ParameterSize.Matrix($"{name}.weight", vocabularySize, width)])
{
    public override ActivationMemory Activations(BatchShape batch, Func<string, bool> isTrained, long numberSize) =>
        new() { Output = numberSize * batch.Tokens * width };
}
