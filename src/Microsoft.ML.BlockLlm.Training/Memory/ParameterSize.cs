namespace Microsoft.ML.BlockLlm.Training;

/// <summary>A parameter as a memory plan sees it.</summary>
/// <param name="Name">Its name in the model.</param>
/// <param name="Size">How many weights it has.</param>
public sealed record ParameterSize(string Name, long Size);
