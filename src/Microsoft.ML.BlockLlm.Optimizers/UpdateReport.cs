namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>What one update of a <see cref="StagewiseOptimizer"/> did.</summary>
/// <param name="GradientNorm">Euclidean norm of the active gradients before clipping.</param>
/// <param name="ActiveCoordinates">How many weights the update trained, the always-active ones included. Sign steps of BlockLLM, which are outside its budget, are not counted.</param>
/// <param name="AlwaysActiveCoordinates">How many of them are outside the budget because they are always active.</param>
/// <param name="ActiveBlocks">Names of the blocks that the active coordinates lie in, always-active ones left out.</param>
/// <param name="Visits">How often each block was taken so far, by its name; empty for a method that chooses no blocks.</param>
/// <param name="Reselected">Whether the active coordinates were chosen anew for this update.</param>
public sealed record UpdateReport(
    double GradientNorm,
    long ActiveCoordinates,
    long AlwaysActiveCoordinates,
    IReadOnlyList<string> ActiveBlocks,
    IReadOnlyDictionary<string, long> Visits,
    bool Reselected);
