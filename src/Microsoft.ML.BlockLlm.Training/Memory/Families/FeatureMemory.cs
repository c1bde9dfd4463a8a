namespace Microsoft.ML.BlockLlm.Training;

/// <summary>A dense layer over one vector for each text.</summary>
internal sealed class FeatureMemory(string name, long inputs, long outputs, bool hasBias = true) : StageMemory(name, [.. Linear(name, inputs, outputs, hasBias)])
{
    public override ActivationMemory Activations(BatchShape batch, Func<string, bool> isTrained) => new()
    {
        Output = NumberSize * batch.BatchSize * outputs,
        Saved = NumberSize * batch.BatchSize * inputs,
        Forward = NumberSize * batch.BatchSize * outputs,
        Backward = NumberSize * batch.BatchSize * outputs,
    };
}
