using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// Turns tokens into text as they come. A character whose bytes are spread over tokens is given when it is complete, and what may be the
/// beginning of a stop string when it is known not to be.
/// </summary>
internal sealed class TextStream(Tokenizer tokenizer, IReadOnlyList<int> prompt, IReadOnlyList<string> stopStrings)
{
    private const char Incomplete = '\uFFFD';

    private readonly List<int> _ids = [.. prompt];

    // The text of a token depends on the one before it: a tokenizer drops the space before the first. So decoding begins at a token already given.
    private int _context;
    private int _given = prompt.Count;
    private string _held = "";

    /// <summary>Whether a stop string has come.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Takes a token; gives the text that is certain now.</summary>
    public string Append(int id)
    {
        _ids.Add(id);
        return Take(NewText(), mayGoOn: true);
    }

    /// <summary>Gives the text that was held back, when no more tokens come.</summary>
    public string Finish()
    {
        if (IsStopped)
            return "";
        var (before, all) = (Decode(_context, _given), Decode(_context, _ids.Count));
        return Take(all.Length > before.Length ? all[before.Length..] : "", mayGoOn: false);
    }

    private string NewText()
    {
        var (before, all) = (Decode(_context, _given), Decode(_context, _ids.Count));
        if (all.Length <= before.Length || all[^1] == Incomplete)
            return "";
        (_context, _given) = (_given, _ids.Count);
        return all[before.Length..];
    }

    private string Take(string text, bool mayGoOn)
    {
        _held += text;
        var stops = stopStrings.Select(stop => _held.IndexOf(stop, StringComparison.Ordinal)).Where(index => index >= 0).ToList();
        IsStopped = stops.Count > 0;
        var certain = IsStopped ? stops.Min() : mayGoOn ? _held.Length - BeginOfStop() : _held.Length;
        var given = _held[..certain];
        _held = _held[certain..];
        return given;
    }

    /// <summary>Length of the longest end of the held text that begins a stop string.</summary>
    private int BeginOfStop()
    {
        var longest = stopStrings.Count == 0 ? 0 : Math.Min(stopStrings.Max(stop => stop.Length) - 1, _held.Length);
        for (var length = longest; length > 0; length--)
            if (stopStrings.Any(stop => stop.AsSpan().StartsWith(_held.AsSpan(_held.Length - length))))
                return length;
        return 0;
    }

    private string Decode(int begin, int end) => tokenizer.Decode(_ids.GetRange(begin, end - begin));
}
