using System.Collections.Frozen;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The parts of a <see cref="TextTokenizer"/>.</summary>
internal sealed record TextTokenizerParts
{
    /// <summary>Splits words.</summary>
    public required TokenModel Model { get; init; }

    /// <summary>Makes text of pieces.</summary>
    public required TokenDecoder Decoder { get; init; }

    /// <summary>Normalizes text. Null: text is taken as it is.</summary>
    public Normalizer? Normalizer { get; init; }

    /// <summary>What is done to normalized text before it is split, such as marking its spaces. Null: nothing.</summary>
    public TextMarks? Marks { get; init; }

    /// <summary>Splits text into words. Null: a text is one word.</summary>
    public PreTokenizer? PreTokenizer { get; init; }

    /// <summary>Tokens that are found before text is normalized.</summary>
    public AddedTokens AddedTokens { get; init; } = new([]);

    /// <summary>Tokens that are found in normalized text.</summary>
    public AddedTokens NormalizedAddedTokens { get; init; } = new([]);

    /// <summary>Ids that are not shown in decoded text.</summary>
    public FrozenSet<int> HiddenIds { get; init; } = [];

    /// <summary>Whether the offsets of a token leave out the spaces that it begins or ends with.</summary>
    public bool TrimsOffsets { get; init; }
}
