using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Goes on with texts: a language model with its tokenizer. It does not own the model.</summary>
public sealed class TextGenerator
{
    private readonly CausalLanguageModel _model;
    private readonly Tokenizer _tokenizer;
    private readonly Func<string, IReadOnlyList<int>> _encode;

    /// <summary>
    /// Makes a generator with the model's own tokenizer. A prompt begins with the special tokens that the tokenizer's files put before a text, as it
    /// does in Python's transformers.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <exception cref="InvalidOperationException">The model has no tokenizer.</exception>
    public TextGenerator(CausalLanguageModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _encode = model.CreateBatchEncoder().EncodeToIds;
        _model = model;
        _tokenizer = model.Tokenizer!;
    }

    /// <summary>Makes a generator with another tokenizer, and no tokens around a prompt than those that it makes of the prompt.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">A tokenizer with the ids that the model was trained with.</param>
    public TextGenerator(CausalLanguageModel model, Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        _model = model;
        _tokenizer = tokenizer;
        _encode = text => tokenizer.EncodeToIds(text);
    }

    /// <summary>The text that follows a prompt.</summary>
    /// <param name="prompt">The text to begin with. If the tokenizer makes no token of it, the text begins with <see cref="DecoderConfig.BeginOfTextId"/>.</param>
    /// <param name="options">How tokens are picked. Default: the likeliest, up to 256.</param>
    /// <param name="cancellationToken">Stops before the next token.</param>
    /// <returns>The new text, without the prompt.</returns>
    /// <exception cref="ArgumentException">The prompt gives no token, or more than the model takes.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public string Generate(string prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        Generate(Encode(prompt), options, cancellationToken);

    /// <summary>The text that follows a prompt of ids, such as one that was shortened.</summary>
    /// <param name="ids">The ids to begin with, special ones included; at least one.</param>
    /// <param name="options">How tokens are picked. Default: the likeliest, up to 256.</param>
    /// <param name="cancellationToken">Stops before the next token.</param>
    /// <returns>The new text, without the prompt.</returns>
    /// <exception cref="ArgumentException">There is no id, an unknown one, or more than the model takes.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public string Generate(IReadOnlyList<int> ids, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var text = new StringBuilder();
        foreach (var piece in Pieces(ids, options ?? new GenerationOptions(), cancellationToken))
            text.Append(piece);
        return text.ToString();
    }

    /// <summary>The text that follows a prompt, in pieces as the tokens come. Each token is computed on the thread pool.</summary>
    /// <param name="prompt">The text to begin with. If the tokenizer makes no token of it, the text begins with <see cref="DecoderConfig.BeginOfTextId"/>.</param>
    /// <param name="options">How tokens are picked. Default: the likeliest, up to 256.</param>
    /// <param name="cancellationToken">Stops before the next token.</param>
    /// <returns>Pieces that together are the text of <see cref="Generate(string, GenerationOptions?, CancellationToken)"/>; none is empty.</returns>
    /// <exception cref="ArgumentException">The prompt gives no token, or more than the model takes.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public IAsyncEnumerable<string> GenerateAsync(string prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        StreamAsync(Encode(prompt), options ?? new GenerationOptions(), cancellationToken);

    /// <summary>The text that follows a prompt of ids, in pieces as the tokens come. Each token is computed on the thread pool.</summary>
    /// <param name="ids">The ids to begin with, special ones included; at least one.</param>
    /// <param name="options">How tokens are picked. Default: the likeliest, up to 256.</param>
    /// <param name="cancellationToken">Stops before the next token.</param>
    /// <returns>Pieces that together are the text of <see cref="Generate(IReadOnlyList{int}, GenerationOptions?, CancellationToken)"/>; none is empty.</returns>
    /// <exception cref="ArgumentException">There is no id, an unknown one, or more than the model takes; thrown when the pieces are read.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public IAsyncEnumerable<string> GenerateAsync(IReadOnlyList<int> ids, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return StreamAsync(ids, options ?? new GenerationOptions(), cancellationToken);
    }

    private async IAsyncEnumerable<string> StreamAsync(IReadOnlyList<int> ids, GenerationOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var pieces = Pieces(ids, options, cancellationToken).GetEnumerator();
        while (await Task.Run(pieces.MoveNext, cancellationToken).ConfigureAwait(false))
            yield return pieces.Current;
    }

    private IEnumerable<string> Pieces(IReadOnlyList<int> prompt, GenerationOptions options, CancellationToken cancellationToken)
    {
        var stream = new TextStream(_tokenizer, prompt, options.StopStrings);
        foreach (var id in _model.GenerateIds(prompt, options, cancellationToken))
        {
            if (stream.Append(id) is { Length: > 0 } piece)
                yield return piece;
            if (stream.IsStopped)
                yield break;
        }
        if (stream.Finish() is { Length: > 0 } rest)
            yield return rest;
    }

    private IReadOnlyList<int> Encode(string prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        var ids = _encode(prompt);
        if (ids.Count > 0)
            return ids;
        return _model.Config.BeginOfTextId is { } begin
            ? [begin]
            : throw new ArgumentException("The prompt gives no token, and the model's configuration names none that begins a text (bos_token_id).", nameof(prompt));
    }
}
