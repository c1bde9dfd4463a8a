namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What the activation of a feed-forward block keeps for the backward pass, by its name in <c>config.json</c>.</summary>
internal static class ActivationFunctionMemory
{
    /// <summary>The approximation of gelu, x·σ(x·(1 + c·x²)), keeps x and both factors; gelu itself x; relu what it gives.</summary>
    public static long Saved(string name, long size) => name is "gelu_new" or "gelu_pytorch_tanh" ? 3 * size : size;

    /// <summary>Whether what is kept is what the activation gives.</summary>
    public static bool SavesItsOutput(string name) => name == "relu";
}
