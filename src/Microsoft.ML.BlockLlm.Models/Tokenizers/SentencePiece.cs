namespace Microsoft.ML.BlockLlm.Models;

/// <summary>What a piece of a SentencePiece model is for.</summary>
internal enum SentencePieceType
{
    /// <summary>A piece of text.</summary>
    Normal = 1,

    /// <summary>Stands for unknown characters.</summary>
    Unknown = 2,

    /// <summary>A special token, which no text gives.</summary>
    Control = 3,

    /// <summary>A piece that is found in text before it is split any further.</summary>
    UserDefined = 4,

    /// <summary>Not in use.</summary>
    Unused = 5,

    /// <summary>Stands for a byte.</summary>
    Byte = 6,
}

/// <summary>A piece of a SentencePiece model.</summary>
/// <param name="Text">The piece.</param>
/// <param name="Score">Its log-probability (Unigram), or the higher the earlier it was merged (BPE).</param>
/// <param name="Type">What it is for.</param>
internal readonly record struct SentencePiece(string Text, float Score, SentencePieceType Type);
