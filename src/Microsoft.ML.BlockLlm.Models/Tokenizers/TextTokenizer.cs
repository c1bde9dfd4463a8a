using System.Buffers;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// A tokenizer made of the parts that Hugging Face's <c>tokenizer.json</c> names: added tokens are found first, the text between them is normalized
/// and split into words, and a model splits each word. Special tokens that stand around a text are not its business but <see cref="TokenTemplate"/>'s.
/// </summary>
/// <remarks>Offsets of tokens are positions in the normalized text, as in the tokenizers of Microsoft.ML.Tokenizers. It is safe to use from several threads.</remarks>
internal sealed class TextTokenizer : Tokenizer
{
    private readonly TextTokenizerParts _parts;
    private readonly WordCache _words;

    public TextTokenizer(TextTokenizerParts parts)
    {
        _parts = parts;
        _words = new WordCache(parts.Model);
    }

    /// <inheritdoc/>
    public override Normalizer? Normalizer => _parts.Normalizer;

    /// <inheritdoc/>
    public override PreTokenizer? PreTokenizer => _parts.PreTokenizer;

    /// <inheritdoc/>
    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var (tokens, normalized) = Encode(text ?? textSpan.ToString(), settings);
        return new EncodeResults<EncodedToken>
        {
            Tokens = tokens.ConvertAll(Encoded),
            NormalizedText = IsNormalized(settings) ? normalized : null,
            CharsConsumed = tokens.Count == 0 ? 0 : tokens[^1].End,
        };
    }

    /// <inheritdoc/>
    protected override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var (tokens, normalized) = Encode(text ?? textSpan.ToString(), settings);
        return new EncodeResults<int>
        {
            Tokens = tokens.ConvertAll(token => token.Id),
            NormalizedText = IsNormalized(settings) ? normalized : null,
            CharsConsumed = tokens.Count == 0 ? 0 : tokens[^1].End,
        };
    }

    /// <inheritdoc/>
    protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
        Encode(text ?? textSpan.ToString(), settings).Tokens.Count;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">An id is not in the vocabulary.</exception>
    public override string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return TryDecode(ids, out var text, out var problem) ? text : throw new InvalidOperationException(problem);
    }

    /// <inheritdoc/>
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
    {
        ArgumentNullException.ThrowIfNull(ids);
        idsConsumed = charsWritten = 0;
        var all = ids.ToArray();
        if (!TryDecode(all, out var text, out _))
            return OperationStatus.InvalidData;
        if (!text.TryCopyTo(destination))
            return OperationStatus.DestinationTooSmall;
        (idsConsumed, charsWritten) = (all.Length, text.Length);
        return OperationStatus.Done;
    }

    // The tokens up to the limit, and as much of the normalized text as they needed.
    private (List<TokenSpan> Tokens, string Normalized) Encode(string text, EncodeSettings settings)
    {
        var tokens = new List<TokenSpan>();
        var normalized = new StringBuilder(text.Length);
        foreach (var (begin, end, id) in _parts.AddedTokens.Split(text))
        {
            if (tokens.Count >= settings.MaxTokenCount)
                break;
            var section = text[begin..end];
            if (id is { } added)
                Add(added, section);
            else
                EncodeSection(settings.ConsiderNormalization && Normalizer is not null ? Normalizer.Normalize(section) : section, isFirst: begin == 0);
        }
        if (tokens.Count > settings.MaxTokenCount)
            tokens.RemoveRange(settings.MaxTokenCount, tokens.Count - settings.MaxTokenCount);
        return (tokens, normalized.ToString());

        void EncodeSection(string section, bool isFirst)
        {
            foreach (var (begin, end, id) in _parts.NormalizedAddedTokens.Split(section))
            {
                if (id is { } added)
                    Add(added, section[begin..end]);
                else
                    EncodeMarked(section[begin..end], isFirst && begin == 0);
            }
        }

        void EncodeMarked(string section, bool isFirst)
        {
            foreach (var marked in settings.ConsiderNormalization && _parts.Marks is { } marks ? marks.Apply(section, isFirst) : [section])
            {
                if (tokens.Count >= settings.MaxTokenCount)
                    return;
                EncodeWords(marked, tokens, normalized, settings);
            }
        }

        void Add(int id, string content)
        {
            tokens.Add(new TokenSpan(id, normalized.Length, normalized.Length + content.Length));
            normalized.Append(content);
        }
    }

    private EncodedToken Encoded(TokenSpan token)
    {
        var value = ValueOf(token.Id);
        var (_, begin, end) = _parts.TrimsOffsets ? token.WithoutSpaces(value) : token;
        return new EncodedToken(token.Id, value, begin..end);
    }

    private bool IsNormalized(EncodeSettings settings) => settings.ConsiderNormalization && (Normalizer ?? (object?)_parts.Marks) is not null;

    private void EncodeWords(string section, List<TokenSpan> tokens, StringBuilder normalized, EncodeSettings settings)
    {
        var offset = normalized.Length;
        normalized.Append(section);
        if (!settings.ConsiderPreTokenization || PreTokenizer is null)
        {
            _words.Tokenize(section, offset, tokens);
            return;
        }
        foreach (var (begin, length) in PreTokenizer.PreTokenize(section))
        {
            _words.Tokenize(section.AsSpan(begin, length), offset + begin, tokens);
            if (tokens.Count >= settings.MaxTokenCount)
                return;
        }
    }

    private bool TryDecode(IEnumerable<int> ids, out string text, out string problem)
    {
        (text, problem) = ("", "");
        var pieces = new List<string>();
        foreach (var id in ids)
        {
            if (_parts.HiddenIds.Contains(id))
                continue;
            if (ValueOf(id) is not { Length: > 0 } piece)
            {
                problem = $"The id {id} is not in the vocabulary of {_parts.Model.VocabularySize} pieces and {_parts.AddedTokens.Count} added tokens.";
                return false;
            }
            pieces.Add(piece);
        }
        text = _parts.Decoder.Decode(pieces);
        return true;
    }

    private string ValueOf(int id) => _parts.AddedTokens.ContentOf(id) ?? _parts.NormalizedAddedTokens.ContentOf(id) ?? _parts.Model.PieceOf(id) ?? "";
}
