namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The token ids of one text, or of a pair of texts, cut to the model's length: what becomes one row of a batch, or two for a pair whose texts are read apart.</summary>
public sealed class EncodedText
{
    internal EncodedText(int[] ids, int[]? segments = null, int[]? secondIds = null)
    {
        Ids = ids;
        Segments = segments;
        SecondIds = secondIds;
    }

    /// <summary>How many tokens the longer row has: what a batch pads to.</summary>
    public int Length => Math.Max(Ids.Length, SecondIds?.Length ?? 0);

    /// <summary>How many tokens there are in all.</summary>
    public int TokenCount => Ids.Length + (SecondIds?.Length ?? 0);

    internal int[] Ids { get; }

    /// <summary>The segment of each token; null if the model has one.</summary>
    internal int[]? Segments { get; }

    internal int[]? SecondIds { get; }
}
