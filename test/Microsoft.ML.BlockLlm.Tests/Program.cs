using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>Scores texts, or measures their loss, in a process of its own, as an application would that knows of ML.NET only: <c>MODEL TEXT…</c>.</summary>
internal static class Program
{
    private static void Main(string[] args)
    {
        var ml = new MLContext();
        var model = ml.Model.Load(args[0], out _);
        var texts = ml.Data.LoadFromEnumerable(args[1..].Select(text => new Input { Text = text }));
        var transformed = model.Transform(texts);
        var rows = transformed.Schema.GetColumnOrNull("Score") is null
            ? transformed.GetColumn<float>("Loss").Select(loss => new[] { loss })
            : transformed.GetColumn<float[]>("Score");
        foreach (var scores in rows)
            Console.WriteLine(string.Join(' ', scores.Select(score => score.ToString("R", CultureInfo.InvariantCulture))));
    }

    private sealed class Input
    {
        public string Label { get; set; } = "";

        public string Text { get; set; } = "";
    }
}
