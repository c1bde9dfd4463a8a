using Microsoft.ML.Tokenizers;
using TorchSharp;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// Turns texts into token ids as a model wants them, with the special tokens that it was trained with around them, and these into batches.
/// It is safe to use from several threads.
/// </summary>
public sealed class BatchEncoder
{
    private readonly Tokenizer _tokenizer;
    private readonly TokenTemplate _template;
    private readonly bool _pairsAreTwoRows;
    private readonly int _emptyTextId;
    private readonly int _paddingId;

    /// <param name="tokenizer">Turns text into ids, without special tokens.</param>
    /// <param name="template">The special tokens around a text or a pair.</param>
    /// <param name="maxTokens">How many tokens a row may have, special ones included.</param>
    /// <param name="paddingId">What shorter rows are filled with; it is masked.</param>
    /// <param name="emptyTextId">The only token of a row that would have none.</param>
    /// <param name="pairsAreTwoRows">Whether a model reads the texts of a pair apart, as sentence encoders do, or in one row.</param>
    internal BatchEncoder(Tokenizer tokenizer, TokenTemplate template, int maxTokens, int paddingId, int emptyTextId, bool pairsAreTwoRows)
    {
        _tokenizer = tokenizer;
        _template = template;
        _pairsAreTwoRows = pairsAreTwoRows;
        _paddingId = paddingId;
        _emptyTextId = emptyTextId;
        MaxTokens = maxTokens;
    }

    /// <summary>How many tokens of a text, or of a pair that is read in one row, are taken, special ones included; what follows is cut off.</summary>
    public int MaxTokens { get; }

    /// <summary>Rows of a batch that a pair of texts takes: 2 where the model reads them apart, as sentence encoders do, else 1.</summary>
    public int RowsPerPair => _pairsAreTwoRows ? 2 : 1;

    /// <summary>All ids of a text, special ones included, however long it is: for language models, which read long texts in parts.</summary>
    /// <param name="text">The text; may be empty or null.</param>
    public IReadOnlyList<int> EncodeToIds(string? text) => _template.Fill(_tokenizer.EncodeToIds(text ?? "")).Ids;

    /// <summary>Encodes one text.</summary>
    /// <param name="text">The text. One that has no token, such as the empty text or null, gets a single token that stands for nothing, so that it can be classified too.</param>
    public EncodedText Encode(string? text)
    {
        var (ids, segments) = Single(text);
        return new EncodedText(ids, _template.HasSegments ? segments : null);
    }

    /// <summary>
    /// Encodes a pair of texts. In one row, tokens are cut from the end of the text that is then the longer one until the pair fits;
    /// texts in rows of their own are each cut on their own.
    /// </summary>
    /// <param name="text">The first text; may be empty or null.</param>
    /// <param name="secondText">The second text; may be empty or null.</param>
    public EncodedText EncodePair(string? text, string? secondText)
    {
        if (_pairsAreTwoRows)
            return new EncodedText(Single(text).Ids, secondIds: Single(secondText).Ids);
        var room = Math.Max(0, MaxTokens - _template.PairCount);
        var (first, second) = (Ids(text, room), Ids(secondText, room));
        var (firstLength, secondLength) = LengthsThatFit(first.Count, second.Count, room);
        var (ids, segments) = NotEmpty(_template.Fill([.. first.Take(firstLength)], [.. second.Take(secondLength)]));
        return new EncodedText(ids, _template.HasSegments ? segments : null);
    }

    /// <summary>
    /// Pads texts to the longest of them. A batch of pairs that are read apart has two rows for each: first all first texts, then all second ones in the same order.
    /// </summary>
    /// <param name="texts">Encoded texts, either all single or all pairs.</param>
    /// <param name="device">Where the tensors go. Default: the CPU.</param>
    /// <returns>The batch; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">There is no text, or single texts and pairs are mixed.</exception>
    public TokenBatch CreateBatch(IReadOnlyList<EncodedText> texts, torch.Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count == 0)
            throw new ArgumentException("A batch needs at least one text.", nameof(texts));
        var pairs = texts[0].SecondIds is not null;
        if (texts.Any(text => text.SecondIds is not null != pairs))
            throw new ArgumentException("A batch holds either single texts or pairs, not both.", nameof(texts));

        var rows = texts.Select(text => (text.Ids, text.Segments));
        return CreateBatch(pairs ? [.. rows, .. texts.Select(text => (text.SecondIds!, text.Segments))] : [.. rows], device ?? torch.CPU);
    }

    private TokenBatch CreateBatch((int[] Ids, int[]? Segments)[] rows, torch.Device device)
    {
        var length = rows.Max(row => row.Ids.Length);
        var ids = new long[rows.Length * length];
        var segments = new long[ids.Length];
        var mask = new bool[ids.Length];
        Array.Fill(ids, _paddingId);
        for (var row = 0; row < rows.Length; row++)
        {
            for (var column = 0; column < rows[row].Ids.Length; column++)
            {
                ids[row * length + column] = rows[row].Ids[column];
                segments[row * length + column] = rows[row].Segments?[column] ?? 0;
                mask[row * length + column] = true;
            }
        }
        long[] shape = [rows.Length, length];
        return new TokenBatch(
            torch.tensor(ids, shape, device: device),
            mask.Contains(false) ? torch.tensor(mask, shape, device: device) : null,
            _template.HasSegments ? torch.tensor(segments, shape, device: device) : null);
    }

    private (int[] Ids, int[] Segments) Single(string? text) => NotEmpty(_template.Fill(Ids(text, Math.Max(0, MaxTokens - _template.SingleCount))));

    private (int[] Ids, int[] Segments) NotEmpty((int[] Ids, int[] Segments) row) => row.Ids.Length == 0 ? ([_emptyTextId], [0]) : row;

    private IReadOnlyList<int> Ids(string? text, int maxTokens) => maxTokens == 0 ? [] : _tokenizer.EncodeToIds(text ?? "", maxTokens, out _, out _);

    private static (int First, int Second) LengthsThatFit(int first, int second, int room)
    {
        if (first + second <= room)
            return (first, second);
        var half = room / 2;
        if (first <= half)
            return (first, room - first);
        return second <= half ? (room - second, second) : (room - half, half);
    }
}
