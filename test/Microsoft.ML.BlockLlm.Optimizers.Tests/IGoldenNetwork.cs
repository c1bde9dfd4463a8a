namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>The network that runs of golden/*.py were computed with.</summary>
internal interface IGoldenNetwork
{
    /// <summary>All inputs, six for each example.</summary>
    float[] Inputs { get; }

    /// <summary>The class of each example.</summary>
    long[] Targets { get; }

    /// <summary>The weights at the beginning, by name, in the order of the modules.</summary>
    Dictionary<string, float[]> Initial { get; }

    /// <summary>Their shapes.</summary>
    Dictionary<string, long[]> Shapes { get; }
}
