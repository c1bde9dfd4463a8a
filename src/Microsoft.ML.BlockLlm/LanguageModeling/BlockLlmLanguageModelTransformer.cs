using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Persistence;
using Microsoft.ML.BlockLlm.Scoring;
using Microsoft.ML.BlockLlm.Training;
using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm;

/// <summary>Measures and goes on with texts by a language model that a <see cref="BlockLlmLanguageModelTrainer"/> has trained.</summary>
/// <remarks>
/// It adds the loss and more to every row; see the trainer for the columns. The model works only for columns that are asked for. A transformer may be
/// used by several threads at once. It holds the weights of its model in native memory: dispose it when it is no longer needed. Loading one from a
/// file sets libtorch to one thread for each core; of a damaged one <c>Model.Load</c> throws a <see cref="System.Reflection.TargetInvocationException"/>, whose innermost
/// exception is a <see cref="FormatException"/> that names the part.
/// </remarks>
public sealed class BlockLlmLanguageModelTransformer : ITransformer, IDisposable
{
    private readonly LanguageModelInputs _inputs;
    private readonly GenerationOptions? _generation;
    private readonly LanguageModelScorer _scorer;

    internal BlockLlmLanguageModelTransformer(LanguageModelInputs inputs, GenerationOptions? generation, LanguageModelScorer scorer, TrainingSummary summary)
    {
        _inputs = inputs;
        _generation = generation;
        _scorer = scorer;
        TrainingSummary = summary;
    }

    /// <summary>What training did, and what it cost.</summary>
    public TrainingSummary TrainingSummary { get; }

    /// <summary>The shape of the model.</summary>
    public DecoderConfig Config => _scorer.Network.Config;

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    /// <summary>Gives the schema of the transformed data.</summary>
    /// <param name="inputSchema">The schema of the data.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is not text.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => MappingOf(inputSchema).OutputSchema;

    /// <summary>Adds the columns. Nothing is read before somebody reads the result.</summary>
    /// <param name="input">The data.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is not text.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new TransformedDataView(input, MappingOf(input.Schema));
    }

    /// <summary>Makes what transforms single rows, for a prediction engine.</summary>
    /// <param name="inputSchema">The schema of the rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is not text.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new RowMapper(MappingOf(inputSchema));

    /// <summary>The text that follows a prompt. Of a prompt that is longer than the model takes, the end is read.</summary>
    /// <param name="prompt">The text to begin with; empty to begin a new one. For a model of conversations, a conversation in JSON as in its column, which the assistant goes on with.</param>
    /// <param name="options">How tokens are picked. Default: as the trainer was told for its column, or else the likeliest, up to 256.</param>
    /// <param name="cancellationToken">Stops before the next token.</param>
    /// <returns>The new text, without the prompt.</returns>
    /// <exception cref="ArgumentException">The prompt is empty, and the model has no token that begins a text.</exception>
    /// <exception cref="FormatException">The conversation is no valid JSON.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public string Generate(string prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        _scorer.Generate(Encode(prompt), options ?? _generation ?? new GenerationOptions(), cancellationToken);

    /// <summary>The text that follows a prompt, in pieces as the tokens come. Each token is computed on the thread pool.</summary>
    /// <param name="prompt">The prompt, as for <see cref="Generate"/>.</param>
    /// <param name="options">How tokens are picked. Default: as the trainer was told for its column, or else the likeliest, up to 256.</param>
    /// <param name="cancellationToken">Stops before the next token.</param>
    /// <returns>Pieces that together are the text of <see cref="Generate"/>; none is empty.</returns>
    /// <exception cref="ArgumentException">The prompt is empty, and the model has no token that begins a text.</exception>
    /// <exception cref="FormatException">The conversation is no valid JSON.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public IAsyncEnumerable<string> GenerateStreaming(string prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        _scorer.GenerateStreaming(Encode(prompt), options ?? _generation ?? new GenerationOptions(), cancellationToken);

    /// <summary>
    /// Writes the model as a Hugging Face folder: weights, configuration and tokenizer. Python's transformers loads it, and so does <see cref="PretrainedModel.FromDirectory"/>.
    /// </summary>
    /// <param name="directory">The folder; it is made if it does not exist.</param>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public void SaveAsHuggingFace(string directory)
    {
        using var use = _scorer.Use();
        _scorer.Network.Save(directory);
    }

    /// <summary>Releases the weights, once no thread uses them; what comes later is refused.</summary>
    public void Dispose() => _scorer.Dispose();

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        LanguageModelFile.Save(ctx, _inputs, _generation, _scorer, TrainingSummary);
    }

    private IReadOnlyList<int> Encode(string prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return _inputs.Messages is null ? _scorer.Encoder.Prompt(prompt) : _scorer.Encoder.ConversationPrompt(prompt);
    }

    private LanguageModelMapping MappingOf(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new LanguageModelMapping(inputSchema, _inputs, _generation, _scorer);
    }
}
