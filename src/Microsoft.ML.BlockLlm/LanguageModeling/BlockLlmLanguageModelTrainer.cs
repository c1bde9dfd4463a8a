using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm;

/// <summary>The <see cref="IEstimator{TTransformer}"/> that trains a language model, which predicts how texts go on: a pretrained one further, or a new one from the beginning.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this trainer, use `mlContext.LanguageModeling.Trainers.BlockLlm`, with [named arguments](xref:Microsoft.ML.BlockLlmLanguageModelExtensions) or with <xref:Microsoft.ML.BlockLlm.BlockLlmLanguageModelOptions>.
///
/// ### Input and output columns
/// All input columns must be of type <xref:Microsoft.ML.Data.TextDataViewType>: one with texts; or one with prompts and one with completions, which alone are learned; or one with
/// conversations in JSON, of which the assistant's replies are learned. Rows without a token to learn are skipped, and a warning says how many. Texts longer than a sequence are
/// learned in pieces. Of a prompt or conversation that is too long the beginning is dropped, as far as the first token to learn, and then the end.
///
/// This trainer outputs the following columns:
///
/// | Output column name | Column type | Description |
/// | -- | -- | -- |
/// | `Loss` | <xref:System.Single> | Mean negative log-likelihood of the row's tokens, those of a completion or of the replies alone, in nats. NaN if there are none. |
/// | `Perplexity` | <xref:System.Single> | e to the loss. |
/// | `TokenCount` | <xref:System.Int32> | How many tokens that were. |
/// | `TokenAccuracy` | <xref:System.Single> | Share of them that the model holds for the likeliest. NaN if there are none. |
/// | `ByteCount` | <xref:System.Int32> | How many bytes the text has in UTF-8, that of a completion or of the replies alone. The first token of a text is no target, unless one comes before it that begins texts. |
/// | `GeneratedText` | <xref:Microsoft.ML.Data.TextDataViewType> | What follows the text, the prompt or the conversation; only with the option `Generation`. Empty where there is nothing to go on with. |
///
/// `mlContext.LanguageModeling.Evaluate` makes metrics of them.
///
/// ### Trainer characteristics
/// | Characteristic | Value |
/// | -- | -- |
/// | Machine learning task | Language modeling |
/// | Is normalization required? | No |
/// | Is caching required? | No: the data is streamed, and tokenised on a thread of its own |
/// | Required NuGet in addition to Microsoft.ML | Microsoft.ML.BlockLlm, and TorchSharp-cpu or another native package of TorchSharp |
/// | Exportable to ONNX | No |
///
/// ### Training algorithm details
/// The cross-entropy of each next token is minimised with the [BlockLLM](https://arxiv.org/abs/2406.17296) method: at any time only a small share of the weights,
/// chosen by the size of their gradients and by how seldom their block was chosen before, is updated and has optimizer state; <xref:Microsoft.ML.BlockLlm.BlockLlmLanguageModelOptions.Method> takes others. The embeddings and the head are frozen in a pretrained model,
/// and always trained in a new one. Fitting an estimator again starts anew.
///
/// Data is shuffled through a bounded buffer, so memory does not grow with it. Rows that lie far apart in the data are never mixed: shuffle sorted data before, for instance with
/// `mlContext.Data.ShuffleRows`.
///
/// Fitting changes two things for the whole process: the number of threads libtorch computes with (<xref:Microsoft.ML.BlockLlm.Training.TrainingOptions.Threads>) and, on Linux, that
/// the C library keeps freed memory for the next step instead of returning it to the system. Loading a saved model sets the number of threads too.
/// ]]>
/// </format>
/// </remarks>
public sealed class BlockLlmLanguageModelTrainer : IEstimator<BlockLlmLanguageModelTransformer>
{
    private const int LongestByDefault = 1024;
    private const string TrainingData = "training data";

    private readonly IHost _host;
    private readonly BlockLlmLanguageModelOptions _options;
    private readonly LanguageModelInputs _inputs;
    private readonly ChatTemplate? _chatTemplate;
    private readonly int _length;
    private readonly int _drawnSeed;

    internal BlockLlmLanguageModelTrainer(IHostEnvironment environment, BlockLlmLanguageModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Model is null == options.NewModel is null)
        {
            throw new ArgumentException(options.Model is null
                ? "Neither Model nor NewModel is set. Give a model to start from, or the shape of a new one."
                : "Model and NewModel are both set. Give either a model to start from, or the shape of a new one.", nameof(options));
        }
        var config = options.Model?.Config ?? options.NewModel!;
        if (config is not DecoderConfig)
            throw new ArgumentException($"A model of type '{config.ModelType}' reads whole texts and predicts no next token. Use it with TextClassification, and a decoder such as a LLaMA here.", nameof(options));
        if (options.SequenceLength > config.MaxTokens)
            throw new ArgumentOutOfRangeException(nameof(options.SequenceLength), options.SequenceLength, $"SequenceLength must be at most {config.MaxTokens}, which is what the model takes.");
        options.MethodChoice.Check();
        options.MethodChoice.CheckAdapters(options.Model is { HasPretrainedWeights: true }, options.FreezeEmbeddings);
        _inputs = LanguageModelInputs.Of(options);
        _chatTemplate = _inputs.Messages is null ? null : ChatTemplate.OfFolder(options.Model?.Directory);
        _host = environment.Register(nameof(BlockLlmLanguageModelTrainer));
        _options = options;
        _length = options.SequenceLength ?? Math.Min(config.MaxTokens, LongestByDefault);
        _drawnSeed = options.Seed ?? _host.Rand.Next();
    }

    /// <summary>Gives the shape of the schema of transformed data.</summary>
    /// <param name="inputSchema">The shape of the schema of the training data.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is not text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _inputs.Check(inputSchema, nameof(inputSchema));
        return new LanguageModelOutputs(_options.Generation is not null).AppendTo(inputSchema);
    }

    /// <summary>Trains the model on data.</summary>
    /// <param name="input">The data.</param>
    /// <returns>What measures and generates texts with the trained model; the caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is not text.</exception>
    /// <exception cref="InvalidOperationException">The data has no row with a token to learn. Or the GPU of <see cref="MLContext.GpuDeviceId"/> is missing and <see cref="MLContext.FallbackToCpu"/> is false.</exception>
    /// <exception cref="FormatException">A conversation is no valid JSON, or the chat template refuses it.</exception>
    /// <exception cref="ModelLoadException">The weights of the pretrained model cannot be read or do not fit its configuration.</exception>
    /// <exception cref="TrainingDivergedException">A loss or a gradient is not finite.</exception>
    /// <exception cref="CheckpointException">A checkpoint cannot be written, is of another training, or none can be read.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled before its first update.</exception>
    /// <exception cref="DllNotFoundException">TorchSharp has no native library: the application lacks a package such as TorchSharp-cpu.</exception>
    public BlockLlmLanguageModelTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _inputs.Check(input.Schema, nameof(input));
        if (_options.ValidationSet is { } validationSet)
            _inputs.Check(validationSet.Schema, nameof(_options.ValidationSet));

        using var channel = _host.Start("Training");
        NativeTorch.Require();
        var device = ComputeDevice.Of(_host, channel);
        var seed = CheckpointedTraining.Seed(_options.Seed, _options.Checkpoints, _drawnSeed);
        var model = _options.Model ?? NewModel(input, channel, seed);
        var network = model.CreateLanguageModel(device, _options.WeightType);
        try
        {
            var encoder = CreateEncoder(network);
            var training = new Corpus(input, TrainingData, _inputs, encoder, _options, _length);
            var validation = _options.ValidationSet is null ? null : new Corpus(_options.ValidationSet, nameof(_options.ValidationSet), _inputs, encoder, _options, _length);
            var summary = Train(network, device, model.HasPretrainedWeights, training, validation, channel, seed);
            return new BlockLlmLanguageModelTransformer(_inputs, _options.Generation, new LanguageModelScorer(network, encoder, _length, device), summary);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Learns a tokenizer, and describes a new model with it.</summary>
    private PretrainedModel NewModel(IDataView input, IChannel channel, int seed)
    {
        var config = _options.NewModel!;
        var texts = Corpus.Texts(input, _inputs, _options.TokenizerCharacters, _options.CancellationToken);
        var vocabulary = BpeTrainer.Train(texts, new BpeTrainerOptions { VocabularySize = config.VocabularySize }, _options.CancellationToken);
        channel.Info(MessageSensitivity.None, $"Learned a tokenizer of {vocabulary.Size} ids.");
        return PretrainedModel.FromConfig(config with { VocabularySize = vocabulary.Size }, vocabulary, (ulong)seed);
    }

    /// <summary>Lines go on, so none of them ends the text, neither in training nor when rows are measured.</summary>
    private TextExampleEncoder CreateEncoder(CausalLanguageModel network) =>
        new(network.CreateBatchEncoder(), network.Tokenizer!, _options.AddEndOfText && !_options.RowsAreLines ? network.Config.EndOfTextIds.Cast<int?>().FirstOrDefault() : null, _chatTemplate);

    private TrainingSummary Train(CausalLanguageModel network, Device device, bool isPretrained, Corpus training, Corpus? validation, IChannel channel, int seed)
    {
        var roles = Roles(network, isPretrained);
        var method = _options.MethodChoice.Prepare(network, roles, seed, channel);
        using var optimizer = method.CreateOptimizer(network.named_parameters(), roles);
        var options = _options.Training with { Seed = seed, Epochs = _options.MaxSteps is null ? _options.Epochs : int.MaxValue };
        var loop = new TrainingLoop(network, optimizer, CheckpointedTraining.Logged(options, channel));
        var padding = network.Config.PaddingId;
        var summary = loop.Run(
            training.ToTrainingData(padding, device, _options.MaxSteps is null ? Count(training, channel) : null),
            validation?.ToTrainingData(padding, device),
            new TrainingLog(_host, channel, _options.Progress, method, method.UpdatesForAll(network, roles)),
            _options.CancellationToken);
        method.Finish(network);
        if (summary.Steps == 0)
            throw new OperationCanceledException("Training was cancelled before its first update, so there is no trained model.", _options.CancellationToken);
        training.Report(channel);
        validation?.Report(channel);
        TrainingLog.Write(channel, summary);
        return summary;
    }

    /// <summary>Reads the data once, for the learning rate's schedule needs the number of updates.</summary>
    private static long Count(Corpus training, IChannel channel)
    {
        var count = training.Sequences().LongCount();
        channel.Info(MessageSensitivity.None, $"The {TrainingData} makes {count} sequences.");
        return count;
    }

    private ParameterRoles Roles(CausalLanguageModel network, bool isPretrained)
    {
        string[] embeddings = [.. EmbeddingsIn(network)];
        if (_options.FreezeEmbeddings ?? isPretrained)
            return new ParameterRoles { Frozen = embeddings };
        return _options.FreezeEmbeddings is null ? new ParameterRoles { AlwaysTrained = embeddings } : ParameterRoles.None;
    }

    /// <summary>Names of the parameters of the first stage, and of the matrix in the last one.</summary>
    private static IEnumerable<string> EmbeddingsIn(CausalLanguageModel network)
    {
        var handles = network.Stages[0].parameters().Concat(network.Stages[^1].parameters().Where(parameter => parameter.dim() == 2))
            .Select(parameter => parameter.Handle).ToHashSet();
        return network.named_parameters().Where(item => handles.Contains(item.parameter.Handle)).Select(item => item.name);
    }
}
