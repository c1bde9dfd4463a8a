namespace Microsoft.ML.BlockLlm.Models;

/// <summary>What a text or a pair of texts becomes before a model reads it: its tokens, with special tokens around them, each in a segment.</summary>
/// <param name="Single">The places of one text.</param>
/// <param name="Pair">The places of a pair.</param>
internal sealed record TokenTemplate(IReadOnlyList<TemplatePlace> Single, IReadOnlyList<TemplatePlace> Pair)
{
    /// <summary>Nothing is added, and all is one segment.</summary>
    public static TokenTemplate Plain { get; } = Around([], [], []);

    /// <summary>Whether tokens are ever in another segment than 0.</summary>
    public bool HasSegments => Pair.Any(place => place.Segment != 0);

    /// <summary>How many special tokens stand around one text.</summary>
    public int SingleCount => Single.Sum(place => place.Ids.Count);

    /// <summary>How many special tokens stand around a pair.</summary>
    public int PairCount => Pair.Sum(place => place.Ids.Count);

    /// <summary>One more than the largest id of a special token; 0 without any.</summary>
    public int VocabularySize => Single.Concat(Pair).SelectMany(place => place.Ids).Select(id => id + 1).DefaultIfEmpty().Max();

    /// <summary>BERT's way: [CLS] text [SEP] second text [SEP], with the second text and what follows it in segment 1.</summary>
    public static TokenTemplate Bert(int classificationId, int separatorId) => new(
        [new([classificationId]), TemplatePlace.First(), new([separatorId])],
        [new([classificationId]), TemplatePlace.First(), new([separatorId]), TemplatePlace.Second(segment: 1), new([separatorId], segment: 1)]);

    /// <summary>RoBERTa's way: two separators between the texts, and one segment.</summary>
    public static TokenTemplate Roberta(int beginId, int separatorId) => Around([beginId], [separatorId, separatorId], [separatorId]);

    /// <summary>The same tokens before, between and after any texts, all in one segment.</summary>
    public static TokenTemplate Around(int[] before, int[] between, int[] after) => new(
        [new(before), TemplatePlace.First(), new(after)],
        [new(before), TemplatePlace.First(), new(between), TemplatePlace.Second(), new(after)]);

    /// <summary>Fills the places.</summary>
    /// <param name="first">The ids of the first or only text.</param>
    /// <param name="second">The ids of the second text; null for one text.</param>
    /// <returns>Ids, and the segment of each.</returns>
    public (int[] Ids, int[] Segments) Fill(IReadOnlyList<int> first, IReadOnlyList<int>? second = null)
    {
        var (ids, segments) = (new List<int>(), new List<int>());
        foreach (var place in second is null ? Single : Pair)
        {
            IReadOnlyList<int> content = place.Text switch { TemplateText.First => first, TemplateText.Second => second!, _ => place.Ids };
            ids.AddRange(content);
            segments.AddRange(Enumerable.Repeat(place.Segment, content.Count));
        }
        return ([.. ids], [.. segments]);
    }
}
