using System.Buffers;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// Takes the bytes of UTF-8 as they are (Xue et al., 2022, arXiv 2105.13626): ids 0 to 255 are bytes, special tokens follow. It needs no training and knows every text.
/// </summary>
/// <remarks>A half of a surrogate pair, which UTF-8 cannot write, is encoded as U+FFFD. It is safe to use from several threads.</remarks>
public sealed class ByteTokenizer : Tokenizer
{
    private const int ByteCount = 256;
    private readonly string[] _specialTokens;
    private readonly AddedTokens _added;

    /// <summary>Makes a tokenizer.</summary>
    /// <param name="specialTokens">Tokens that are found in text as they are written, such as <c>&lt;|endoftext|&gt;</c>; the first one has the id 256.</param>
    /// <exception cref="ArgumentException">A special token is empty, or there twice.</exception>
    public ByteTokenizer(params string[] specialTokens)
    {
        ArgumentNullException.ThrowIfNull(specialTokens);
        if (specialTokens.Any(string.IsNullOrEmpty) || specialTokens.Distinct().Count() < specialTokens.Length)
            throw new ArgumentException($"Special tokens must differ and not be empty, but are: '{string.Join("', '", specialTokens)}'.", nameof(specialTokens));
        _specialTokens = [.. specialTokens];
        _added = new AddedTokens(_specialTokens.Select((content, index) => new AddedToken(content, ByteCount + index)));
    }

    /// <summary>How many ids there are.</summary>
    public int VocabularySize => ByteCount + _specialTokens.Length;

    /// <inheritdoc/>
    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var tokens = Split(text ?? textSpan.ToString(), settings.MaxTokenCount);
        return new EncodeResults<EncodedToken>
        {
            Tokens = tokens.ConvertAll(token => new EncodedToken(token.Id, ValueOf(token.Id), token.Begin..token.End)),
            CharsConsumed = tokens.Count == 0 ? 0 : tokens[^1].End,
        };
    }

    /// <inheritdoc/>
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
    {
        ArgumentNullException.ThrowIfNull(ids);
        idsConsumed = charsWritten = 0;
        var all = ids.ToArray();
        if (all.Any(id => id < 0 || id >= VocabularySize))
            return OperationStatus.InvalidData;
        var bytes = all.SelectMany(id => id < ByteCount ? [(byte)id] : Encoding.UTF8.GetBytes(_specialTokens[id - ByteCount])).ToArray();
        if (!Encoding.UTF8.TryGetChars(bytes, destination, out charsWritten))
            return OperationStatus.DestinationTooSmall;
        idsConsumed = all.Length;
        return OperationStatus.Done;
    }

    private List<TokenSpan> Split(string text, int maxCount)
    {
        var tokens = new List<TokenSpan>();
        Span<byte> bytes = stackalloc byte[4];
        foreach (var (begin, end, id) in _added.Split(text))
        {
            if (id is { } special)
            {
                tokens.Add(new TokenSpan(special, begin, end));
                continue;
            }
            var offset = begin;
            foreach (var rune in text.AsSpan(begin, end - begin).EnumerateRunes())
            {
                if (tokens.Count >= maxCount)
                    break;
                foreach (var value in bytes[..rune.EncodeToUtf8(bytes)])
                    tokens.Add(new TokenSpan(value, offset, offset + rune.Utf16SequenceLength));
                offset += rune.Utf16SequenceLength;
            }
        }
        if (tokens.Count > maxCount)
            tokens.RemoveRange(maxCount, tokens.Count - maxCount);
        return tokens;
    }

    private string ValueOf(int id) => id < ByteCount ? ByteLevelAlphabet.CharacterOf((byte)id).ToString() : _specialTokens[id - ByteCount];
}
