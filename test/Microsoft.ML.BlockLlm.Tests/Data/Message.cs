using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>A short text of one of three kinds that a word gives away.</summary>
public sealed class Message
{
    private static readonly (string Label, string[] Words)[] Kinds =
        [("greeting", ["hello", "welcome"]), ("parting", ["bye", "farewell"]), ("question", ["why", "where"])];

    private static readonly string[] Rest = ["my friend", "to all", "is it good", "the day", "you", "good day to you my friend"];

    public string Label { get; set; } = "";

    public string Text { get; set; } = "";

    [VectorType(2)]
    public float[] Numbers { get; set; } = new float[2];

    /// <summary>Makes messages, each kind as often as the others.</summary>
    public static List<Message> Make(int count, int kinds = 3) =>
        [.. Enumerable.Range(0, count).Select(i =>
        {
            var (label, words) = Kinds[i % kinds];
            return new Message { Label = label, Text = $"{words[i / 3 % 2]} {Rest[i * 7 % Rest.Length]}", Numbers = [i, -i] };
        })];
}
