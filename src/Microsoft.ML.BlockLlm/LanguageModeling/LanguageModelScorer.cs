using System.Runtime.CompilerServices;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Scoring;
using Microsoft.ML.BlockLlm.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm;

/// <summary>A language model with what turns rows into its input. Scoring and generating is safe from several threads at once.</summary>
internal sealed class LanguageModelScorer : IDisposable
{
    private const int PiecesAtOnce = 8;

    private readonly Device _device;
    private readonly Evaluator _evaluator;
    private readonly TextGenerator _generator;
    private readonly SharedUse _use = new(typeof(BlockLlmLanguageModelTransformer));

    /// <summary>Takes a model, which it owns from then on.</summary>
    /// <param name="network">The model.</param>
    /// <param name="encoder">Turns texts into its tokens.</param>
    /// <param name="length">The most tokens that it reads at once.</param>
    /// <param name="device">The device that its weights are on.</param>
    public LanguageModelScorer(CausalLanguageModel network, TextExampleEncoder encoder, int length, Device device)
    {
        _device = device;
        Network = network;
        Encoder = encoder;
        Length = length;
        _evaluator = new Evaluator(network);
        _generator = new TextGenerator(network);
    }

    /// <summary>The model.</summary>
    public CausalLanguageModel Network { get; }

    /// <summary>Turns texts into its tokens.</summary>
    public TextExampleEncoder Encoder { get; }

    /// <summary>The most tokens that it reads at once.</summary>
    public int Length { get; }

    /// <summary>Measures how well the model predicts rows: every token once, long texts in pieces as in training, some pieces of like length at a time.</summary>
    /// <returns>The scores, in the order of the rows.</returns>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public IReadOnlyList<LanguageModelScore> Score(IReadOnlyList<TextExample> examples)
    {
        using var use = _use.Begin();
        var results = examples.Select(_ => new List<TargetResult>()).ToArray();
        var pieces = examples.SelectMany((example, row) => example.Document.Split(Length).Where(piece => piece.TargetCount > 0).Select(piece => (Row: row, Piece: piece)));
        foreach (var together in pieces.OrderBy(piece => piece.Piece.Length).Chunk(PiecesAtOnce))
        {
            using var batch = TokenSequence.Collate([.. together.Select(piece => new TokenSequence([piece.Piece]))], Network.Config.PaddingId, _device);
            var targets = _evaluator.EvaluateTargets(batch);
            var start = 0;
            foreach (var (row, piece) in together)
            {
                results[row].AddRange(targets.Skip(start).Take(piece.TargetCount));
                start += piece.TargetCount;
            }
        }
        return [.. results.Zip(examples, (targets, example) => LanguageModelScore.Of(targets, example.ByteCount))];
    }

    /// <summary>The text that follows a prompt.</summary>
    /// <param name="prompt">The ids of the prompt.</param>
    /// <param name="options">How the text goes on.</param>
    /// <param name="cancellationToken">Stops before the next token.</param>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public string Generate(IReadOnlyList<int> prompt, GenerationOptions options, CancellationToken cancellationToken = default)
    {
        using var use = _use.Begin();
        return _generator.Generate(Shortened(prompt, options), options, cancellationToken);
    }

    /// <summary>The text that follows a prompt, in pieces as the tokens come.</summary>
    /// <param name="prompt">The ids of the prompt.</param>
    /// <param name="options">How the text goes on.</param>
    /// <param name="cancellationToken">Stops before the next token.</param>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public IAsyncEnumerable<string> GenerateStreaming(IReadOnlyList<int> prompt, GenerationOptions options, CancellationToken cancellationToken)
    {
        _use.Begin().Dispose();
        return UsePieceByPiece(_generator.GenerateAsync(Shortened(prompt, options), options, cancellationToken), cancellationToken);
    }

    /// <summary>Keeps the weights from being released until what is returned is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public IDisposable Use() => _use.Begin();

    /// <summary>Releases the weights, once no thread uses them.</summary>
    public void Dispose()
    {
        if (_use.TryEnd())
            Network.Dispose();
    }

    /// <summary>Uses the model while a piece is made, and not while the consumer has it.</summary>
    private async IAsyncEnumerable<string> UsePieceByPiece(IAsyncEnumerable<string> source, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var pieces = source.GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            using (_use.Begin())
            {
                if (!await pieces.MoveNextAsync().ConfigureAwait(false))
                    yield break;
            }

            yield return pieces.Current;
        }
    }

    /// <summary>Of a prompt that is longer than the context, keeps the end, with room for the new tokens but no less than half the context.</summary>
    private IReadOnlyList<int> Shortened(IReadOnlyList<int> prompt, GenerationOptions options)
    {
        if (prompt.Count == 0)
        {
            return Network.Config.BeginOfTextId is { } begin
                ? [begin]
                : throw new ArgumentException("The prompt gives no token, and the model has none that begins a text. Give a prompt that is not empty.", nameof(prompt));
        }
        var context = Network.Config.MaxTokens;
        return prompt.Count < context ? prompt : [.. prompt.TakeLast(Math.Max(context - options.MaxNewTokens, (context + 1) / 2))];
    }
}
