namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A token and the characters it stands for: those from <paramref name="Begin"/> up to <paramref name="End"/> of the normalized text.</summary>
internal readonly record struct TokenSpan(int Id, int Begin, int End);
