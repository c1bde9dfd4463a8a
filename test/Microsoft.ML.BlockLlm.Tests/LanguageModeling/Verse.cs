namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>A short text that a small model can learn to predict.</summary>
public sealed class Verse
{
    private static readonly string[] s_beginnings = ["the cat sat on", "a dog lay under", "one bird flew over"];
    private static readonly string[] s_endings = ["the mat", "the old tree", "a house of stone", "it"];

    public string Text { get; set; } = "";

    public string Reply { get; set; } = "";

    /// <summary>Makes verses, each with a reply.</summary>
    public static List<Verse> Make(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new Verse { Text = $"{s_beginnings[i % 3]} {s_endings[i * 5 % 4]}", Reply = i % 2 == 0 ? " and slept" : " and sang a song" })];

    /// <summary>Makes verses without end.</summary>
    public static IEnumerable<Verse> Endless()
    {
        while (true)
        {
            foreach (var verse in Make(12))
                yield return verse;
        }
    }
}
