using System.Buffers;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>Forty tokens: 0–25 are letters, the others the bytes 0x80, 0x88, …, 0xE8, so that characters can be spread over tokens.</summary>
internal sealed class LetterTokenizer : Tokenizer
{
    public static byte ByteOf(int id) => (byte)(id < 26 ? 'a' + id : 0x80 + (id - 26) * 8);

    public override string Decode(IEnumerable<int> ids) => Encoding.UTF8.GetString([.. ids.Select(ByteOf)]);

    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten) =>
        throw new NotSupportedException();

    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var span = text is null ? textSpan : text;
        var tokens = new List<EncodedToken>();
        for (var i = 0; i < span.Length; i++)
            tokens.Add(new EncodedToken(span[i] - 'a', span[i].ToString(), new Range(i, i + 1)));
        return new EncodeResults<EncodedToken> { Tokens = tokens, CharsConsumed = span.Length };
    }
}
