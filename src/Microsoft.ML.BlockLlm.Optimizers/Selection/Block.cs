namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>A group of parameters that is scored and taken together.</summary>
/// <param name="Name">What the names of its parameters have in common.</param>
/// <param name="Parameters">Names of its parameters.</param>
/// <param name="Size">Number of weights.</param>
/// <param name="Cost">What an update costs at least that trains this block, in any unit; above 0.</param>
internal sealed record Block(string Name, IReadOnlyList<string> Parameters, long Size, double Cost = 1);
