namespace Microsoft.ML.BlockLlm.Training;

/// <summary>A dense layer over one vector for each text.</summary>
internal sealed class FeatureMemory(string name, long inputs, long outputs, bool hasBias = true) : StageMemory(name, [.. Linear(name, inputs, outputs, hasBias)])
{
    public override ActivationMemory Activations(BatchShape batch, Func<string, bool> isTrained, long numberSize) => new()
    {
        Output = numberSize * batch.BatchSize * outputs,
        Saved = numberSize * batch.BatchSize * inputs,
        Forward = numberSize * batch.BatchSize * outputs,
        Backward = numberSize * batch.BatchSize * outputs,
    };
}
