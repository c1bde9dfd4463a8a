namespace Microsoft.ML.BlockLlm.Models;

/// <summary>What becomes of the matches of a pattern that splits a text.</summary>
internal enum SplitBehavior
{
    /// <summary>Each match is a word, as is what lies between two.</summary>
    Isolated,

    /// <summary>Matches are left out.</summary>
    Removed,

    /// <summary>A match is the end of the word before it.</summary>
    MergedWithPrevious,

    /// <summary>A match is the beginning of the word after it.</summary>
    MergedWithNext,

    /// <summary>Matches that follow one another are one word.</summary>
    Contiguous,
}
