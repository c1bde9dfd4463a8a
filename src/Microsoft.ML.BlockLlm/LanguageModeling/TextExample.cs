using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm;

/// <summary>A row as a language model learns it.</summary>
/// <param name="Document">Its tokens, and which of them are learned.</param>
/// <param name="ByteCount">How many bytes (UTF-8) the learned tokens stand for.</param>
internal sealed record TextExample(TokenDocument Document, int ByteCount)
{
    public static TextExample Empty { get; } = new(new TokenDocument([]), 0);
}
