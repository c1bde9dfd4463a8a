using System.Text.Json;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>A tokenizer that golden/tokenizers.py makes, and what it must give.</summary>
internal sealed record GoldenTokenizer(LoadedTokenizer Loaded, IReadOnlyList<GoldenText> Texts)
{
    public Tokenizer Tokenizer => Loaded.Tokenizer;

    public static GoldenTokenizer Read(string name)
    {
        var folder = TestFiles.Golden(Path.Combine("tokenizers", name));
        var texts = JsonSerializer.Deserialize<GoldenText[]>(File.ReadAllBytes(Path.Combine(folder, "expected.json")), JsonSerializerOptions.Web)!;
        return new GoldenTokenizer(TokenizerFiles.Read(ModelFiles.InDirectory(folder), name).Loaded, texts);
    }

    public void RequireIds()
    {
        foreach (var text in Texts)
            CollectionAssert.AreEqual(text.Ids, Tokenizer.EncodeToIds(text.Text).ToArray(), $"'{text.Text}' gave {string.Join(",", Tokenizer.EncodeToIds(text.Text))}, not {string.Join(",", text.Ids)}");
    }

    public void RequireOffsets() => RequireOffsets(text => text.Offsets!);

    public void RequireTrimmedOffsets() => RequireOffsets(text => text.Trimmed!);

    public void RequireLimits()
    {
        foreach (var text in Texts)
        {
            for (var limit = 1; limit <= text.Ids.Length; limit++)
                CollectionAssert.AreEqual(text.Ids[..limit], Tokenizer.EncodeToIds(text.Text, limit, out _, out _).ToArray(), text.Text);
        }
    }

    private void RequireOffsets(Func<GoldenText, int[][]> expected)
    {
        foreach (var text in Texts)
        {
            var offsets = Tokenizer.EncodeToTokens(text.Text, out var normalized).Select(token => $"{token.Offset.Start.Value}-{token.Offset.End.Value}");
            Assert.AreEqual(text.Normalized, normalized ?? text.Text);
            CollectionAssert.AreEqual(expected(text).Select(offset => $"{offset[0]}-{offset[1]}").ToArray(), offsets.ToArray(), text.Text);
        }
    }
}

/// <summary>A text with its ids, and where they are known the normalized text, the offsets in it, these without spaces, and what the ids decode to.</summary>
internal sealed record GoldenText(string Text, int[] Ids, string? Normalized, int[][]? Offsets, int[][]? Trimmed, string? Decoded);
