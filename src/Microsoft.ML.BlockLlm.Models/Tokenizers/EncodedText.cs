namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The token ids of one text, or of a pair of texts, cut to the model's length: one row of a batch to be.</summary>
public sealed class EncodedText
{
    internal EncodedText(int[] ids, int[]? secondIds = null)
    {
        Ids = ids;
        SecondIds = secondIds;
    }

    /// <summary>How many tokens the longer text has: what a batch pads to.</summary>
    public int Length => Math.Max(Ids.Length, SecondIds?.Length ?? 0);

    /// <summary>How many tokens there are in all.</summary>
    public int TokenCount => Ids.Length + (SecondIds?.Length ?? 0);

    internal int[] Ids { get; }

    internal int[]? SecondIds { get; }
}
