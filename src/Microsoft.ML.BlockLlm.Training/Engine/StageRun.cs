using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What one stage keeps from its forward to its backward pass.</summary>
/// <param name="Stage">Index of the stage.</param>
/// <param name="Input">Its input, cut off from the stage below; requires a gradient if the stage below has a backward pass.</param>
/// <param name="Output">Its output with the graph; null if the stage runs again for backward.</param>
/// <param name="Random">Where the random numbers of the forward pass started; null if the stage does not run again.</param>
/// <param name="Weights">What keeps streamed weights open for the graph; null if they are in memory all the time, or the stage runs again.</param>
internal sealed record StageRun(int Stage, Tensor Input, Tensor? Output, RandomState? Random, IDisposable? Weights);

/// <summary>The runs of a forward pass, the last one on top. Weights of those that are left are closed with it; tensors belong to the dispose scope.</summary>
internal sealed class StageRuns : Stack<StageRun>, IDisposable
{
    public void Dispose()
    {
        while (TryPop(out var run))
            run.Weights?.Dispose();
    }
}
