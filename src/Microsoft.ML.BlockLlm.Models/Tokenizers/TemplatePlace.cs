namespace Microsoft.ML.BlockLlm.Models;

/// <summary>What stands at a place of a template.</summary>
internal enum TemplateText
{
    /// <summary>Special tokens.</summary>
    None,

    /// <summary>The first or only text.</summary>
    First,

    /// <summary>The second text of a pair.</summary>
    Second,
}

/// <summary>A place of a <see cref="TokenTemplate"/>: special tokens, or a text.</summary>
internal sealed class TemplatePlace(IReadOnlyList<int> ids, int segment = 0, TemplateText text = TemplateText.None)
{
    /// <summary>The special tokens; none where a text stands.</summary>
    public IReadOnlyList<int> Ids { get; } = ids;

    /// <summary>The segment of these tokens (<c>token_type_ids</c>).</summary>
    public int Segment { get; } = segment;

    /// <summary>Which text stands here.</summary>
    public TemplateText Text { get; } = text;

    /// <summary>A place for the first or only text.</summary>
    public static TemplatePlace First(int segment = 0) => new([], segment, TemplateText.First);

    /// <summary>A place for the second text.</summary>
    public static TemplatePlace Second(int segment = 0) => new([], segment, TemplateText.Second);
}
