using Microsoft.ML.Tokenizers;
using TorchSharp;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Turns texts into token ids as a model wants them, and these into batches. It is safe to use from several threads.</summary>
public sealed class BatchEncoder
{
    private readonly Tokenizer _tokenizer;
    private readonly int _emptyTextId;
    private readonly int _paddingId;

    internal BatchEncoder(Tokenizer tokenizer, int maxTokens, int paddingId, int emptyTextId)
    {
        _tokenizer = tokenizer;
        _paddingId = paddingId;
        _emptyTextId = emptyTextId;
        MaxTokens = maxTokens;
    }

    /// <summary>How many tokens of a text are taken; what follows is cut off.</summary>
    public int MaxTokens { get; }

    /// <summary>Encodes one text.</summary>
    /// <param name="text">The text. One that has no token, such as the empty text or null, gets a single token that stands for nothing, so that it can be classified too.</param>
    public EncodedText Encode(string? text) => new(IdsOf(text));

    /// <summary>Encodes a pair of texts; each is cut on its own.</summary>
    /// <param name="text">The first text; may be empty or null.</param>
    /// <param name="secondText">The second text; may be empty or null.</param>
    public EncodedText EncodePair(string? text, string? secondText) => new(IdsOf(text), IdsOf(secondText));

    /// <summary>
    /// Pads texts to the longest of them. A batch of pairs has two rows for each: first all first texts, then all second ones in the same order.
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

        var rows = texts.Select(text => text.Ids);
        return CreateBatch(pairs ? [.. rows, .. texts.Select(text => text.SecondIds!)] : [.. rows], device ?? torch.CPU);
    }

    private TokenBatch CreateBatch(int[][] rows, torch.Device device)
    {
        var length = rows.Max(row => row.Length);
        var ids = new long[rows.Length * length];
        var mask = new bool[ids.Length];
        Array.Fill(ids, _paddingId);
        for (var row = 0; row < rows.Length; row++)
        {
            for (var column = 0; column < rows[row].Length; column++)
            {
                ids[row * length + column] = rows[row][column];
                mask[row * length + column] = true;
            }
        }
        long[] shape = [rows.Length, length];
        var isPadded = mask.Contains(false);
        return new TokenBatch(torch.tensor(ids, shape, device: device), isPadded ? torch.tensor(mask, shape, device: device) : null);
    }

    private int[] IdsOf(string? text)
    {
        var ids = _tokenizer.EncodeToIds(text ?? "", MaxTokens, out _, out _);
        return ids.Count == 0 ? [_emptyTextId] : [.. ids];
    }
}
