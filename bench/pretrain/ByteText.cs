using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;
using static TorchSharp.torch;

namespace PretrainBenchmark;

/// <summary>A text as pieces of as many bytes as the model takes; every byte is a token.</summary>
internal static class ByteText
{
    /// <summary>Training data, and as held-out data the last pieces of the text, which training never sees.</summary>
    public static (ITrainingData Training, ITrainingData HeldOut) Split(byte[] text, int length, int heldOutPieces)
    {
        var pieces = text.Chunk(length).Where(piece => piece.Length == length).ToArray();
        if (pieces.Length <= heldOutPieces)
            throw new ArgumentException($"The text has {pieces.Length} pieces of {length} bytes; {heldOutPieces} are to be held out. Give a longer text.");
        return (DataOf(pieces[..^heldOutPieces]), DataOf(pieces[^heldOutPieces..]));
    }

    private static ExampleData<byte[]> DataOf(byte[][] pieces) => new(pieces, Collate, piece => piece.Length);

    private static TrainingBatch Collate(IReadOnlyList<byte[]> pieces)
    {
        var ids = pieces.SelectMany(piece => piece).Select(token => (long)token).ToArray();
        var tokens = new TokenBatch(tensor(ids, [pieces.Count, pieces[0].Length]));
        return new TrainingBatch(tokens, NextTokenTargets.Of(tokens));
    }
}
