using System.Text;
using System.Text.Unicode;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Steps that make text of pieces, one after the other, as <c>tokenizer.json</c> lists them. The pieces that the last step leaves are the text.</summary>
internal sealed class TokenDecoder(IReadOnlyList<Func<IReadOnlyList<string>, IReadOnlyList<string>>> steps)
{
    /// <summary>Makes text of pieces.</summary>
    /// <exception cref="FormatException">The steps make the text longer than any do that were made for a model.</exception>
    public string Decode(IReadOnlyList<string> pieces) => string.Concat(steps.Aggregate(pieces, (before, step) =>
    {
        var result = step(before);
        TextGrowth.Require(LengthOf(result), LengthOf(pieces));
        return result;
    }));

    /// <summary>Reads pieces in <see cref="ByteLevelAlphabet"/> as UTF-8. What is no UTF-8 becomes U+FFFD; a character that stands for no byte stands for itself.</summary>
    public static IReadOnlyList<string> ByteLevel(IReadOnlyList<string> pieces)
    {
        var bytes = new List<byte>();
        foreach (var piece in pieces)
        {
            if (piece.All(character => ByteLevelAlphabet.TryGetByte(character, out _)))
                bytes.AddRange(piece.Select(character => ByteLevelAlphabet.TryGetByte(character, out var value) ? value : (byte)0));
            else
                bytes.AddRange(Encoding.UTF8.GetBytes(piece));
        }
        return [Encoding.UTF8.GetString([.. bytes])];
    }

    /// <summary>Reads runs of pieces for bytes (<c>&lt;0x0A&gt;</c>) as UTF-8. A run that is no UTF-8 becomes one U+FFFD for each byte.</summary>
    public static IReadOnlyList<string> ByteFallback(IReadOnlyList<string> pieces)
    {
        var result = new List<string>(pieces.Count);
        var bytes = new List<byte>();
        foreach (var piece in pieces)
        {
            if (TryGetByte(piece, out var value))
            {
                bytes.Add(value);
                continue;
            }
            Flush();
            result.Add(piece);
        }
        Flush();
        return result;

        void Flush()
        {
            if (bytes.Count == 0)
                return;
            byte[] run = [.. bytes];
            result.Add(Utf8.IsValid(run) ? Encoding.UTF8.GetString(run) : new string('\uFFFD', run.Length));
            bytes.Clear();
        }
    }

    /// <summary>Joins all pieces into one.</summary>
    public static IReadOnlyList<string> Fuse(IReadOnlyList<string> pieces) => [string.Concat(pieces)];

    /// <summary>Replaces a text in each piece.</summary>
    public static Func<IReadOnlyList<string>, IReadOnlyList<string>> Replace(string pattern, string content) =>
        pieces =>
        {
            TextGrowth.Require(pieces.Sum(piece => TextGrowth.AfterReplacing(piece, pattern, content)), LengthOf(pieces));
            return [.. pieces.Select(piece => piece.Replace(pattern, content, StringComparison.Ordinal))];
        };

    /// <summary>Takes up to so many of a character from the beginning and the end of each piece.</summary>
    public static Func<IReadOnlyList<string>, IReadOnlyList<string>> Strip(char character, int atStart, int atEnd) => pieces => [.. pieces.Select(piece =>
    {
        var (begin, end) = (0, piece.Length);
        while (begin < end && begin < atStart && piece[begin] == character)
            begin++;
        while (end > begin && piece.Length - end < atEnd && piece[end - 1] == character)
            end--;
        return piece[begin..end];
    })];

    /// <summary>Writes the mark of spaces as a space, and takes it from the first piece if text is encoded with one before it.</summary>
    public static Func<IReadOnlyList<string>, IReadOnlyList<string>> Metaspace(char mark, bool isPrepended) => pieces => [.. pieces.Select((piece, index) =>
        (index == 0 && isPrepended && piece.StartsWith(mark) ? piece[1..] : piece).Replace(mark, ' '))];

    /// <summary>Puts spaces between words, which are the pieces that do not begin with a prefix, and if wanted takes those before punctuation away again.</summary>
    public static Func<IReadOnlyList<string>, IReadOnlyList<string>> WordPiece(string prefix, bool cleansUp) => pieces => [.. pieces.Select((piece, index) =>
    {
        var text = index == 0 ? piece : piece.StartsWith(prefix, StringComparison.Ordinal) ? piece[prefix.Length..] : $" {piece}";
        return cleansUp ? CleanUp(text) : text;
    })];

    private static string CleanUp(string text) => new StringBuilder(text)
        .Replace(" .", ".").Replace(" ?", "?").Replace(" !", "!").Replace(" ,", ",").Replace(" ' ", "'").Replace(" n't", "n't")
        .Replace(" 'm", "'m").Replace(" do not", " don't").Replace(" 's", "'s").Replace(" 've", "'ve").Replace(" 're", "'re").ToString();

    private static long LengthOf(IReadOnlyList<string> pieces) => pieces.Sum(piece => (long)piece.Length);

    private static bool TryGetByte(string piece, out byte value)
    {
        value = 0;
        return piece is ['<', '0', 'x', _, _, '>']
            && byte.TryParse(piece.AsSpan(3, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out value);
    }
}
