namespace Microsoft.ML.BlockLlm;

/// <summary>The value of an option that was set, which may be null; an option that was not set has none.</summary>
internal readonly record struct Given<T>(T Value);
