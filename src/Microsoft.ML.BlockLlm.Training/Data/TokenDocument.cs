namespace Microsoft.ML.BlockLlm.Training;

/// <summary>A text for a language model to learn from, or a piece of one, as token ids.</summary>
public sealed class TokenDocument
{
    private readonly int[] _ids;
    private readonly bool[]? _isTarget;

    /// <summary>Makes a document.</summary>
    /// <param name="ids">The token ids.</param>
    /// <param name="isTarget">For each token whether the model should learn to predict it, such as false for a prompt and true for its completion. Default null: all of them.</param>
    /// <exception cref="ArgumentException">There is not one <paramref name="isTarget"/> for each token.</exception>
    public TokenDocument(IEnumerable<int> ids, IEnumerable<bool>? isTarget = null)
    {
        ArgumentNullException.ThrowIfNull(ids);
        _ids = [.. ids];
        _isTarget = isTarget is null ? null : [.. isTarget];
        if (_isTarget is not null && _isTarget.Length != _ids.Length)
            throw new ArgumentException($"There are {_ids.Length} tokens but {_isTarget.Length} values that say which of them are targets. Give one for each.", nameof(isTarget));
    }

    /// <summary>The token ids.</summary>
    public IReadOnlyList<int> Ids => _ids;

    /// <summary>How many tokens the document has.</summary>
    public int Length => _ids.Length;

    /// <summary>How many of its tokens the model should learn to predict. The first token never counts, for it has none before it.</summary>
    public int TargetCount => Enumerable.Range(0, Length).Count(IsTarget);

    /// <summary>Whether the model should learn to predict a token.</summary>
    /// <param name="index">The token's place in <see cref="Ids"/>.</param>
    public bool IsTarget(int index) => index > 0 && (_isTarget is null || _isTarget[index]);

    /// <summary>
    /// Cuts the document into pieces that a model can take. Each piece begins with the last token of the one before it, so that every token is a target once.
    /// </summary>
    /// <param name="length">The most tokens of a piece, at least 2.</param>
    /// <returns>The pieces in their order; the document itself if it is short enough.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is less than 2.</exception>
    public IEnumerable<TokenDocument> Split(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 2);
        if (Length <= length)
            return [this];
        return Enumerable.Range(0, (Length - 2) / (length - 1) + 1).Select(piece => Slice(piece * (length - 1), length));
    }

    /// <summary>
    /// Shortens the document to what a model can take: first the beginning is dropped, as far as the token before the first target, and then the end.
    /// So of a prompt that is too long its end is kept, and the completion.
    /// </summary>
    /// <param name="length">The most tokens to keep, at least 2.</param>
    /// <returns>The shortened document; the document itself if it is short enough.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is less than 2.</exception>
    public TokenDocument Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 2);
        if (Length <= length)
            return this;
        var firstTarget = Enumerable.Range(0, Length).FirstOrDefault(IsTarget, Length);
        return Slice(Math.Min(Length - length, firstTarget - 1), length);
    }

    private TokenDocument Slice(int start, int length)
    {
        var range = start..Math.Min(start + length, Length);
        return new TokenDocument(_ids[range], _isTarget?[range]);
    }
}
