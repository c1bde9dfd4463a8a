using Microsoft.ML.BlockLlm.Columns;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Scoring;
using Microsoft.ML.BlockLlm.Training;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm;

/// <summary>The <see cref="IEstimator{TTransformer}"/> that fine-tunes a pretrained language model to put texts, or pairs of texts, into classes.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this trainer, use `mlContext.TextClassification.Trainers.BlockLlm`, with [named arguments](xref:Microsoft.ML.BlockLlmTextClassificationExtensions) or with <xref:Microsoft.ML.BlockLlm.BlockLlmTextClassificationOptions>.
///
/// ### Input and output columns
/// The input label column data must be [key](xref:Microsoft.ML.Data.KeyDataViewType) type of <xref:System.UInt32> and the text columns must be of type <xref:Microsoft.ML.Data.TextDataViewType>.
/// Rows whose label is missing are left out of training. A missing or empty text is classified like any other.
///
/// This trainer outputs the following columns:
///
/// | Output column name | Column type | Description |
/// | -- | -- | -- |
/// | `PredictedLabel` | [key](xref:Microsoft.ML.Data.KeyDataViewType) type | The index of the likeliest class, with the key values of the label column. |
/// | `Score` | Vector of <xref:System.Single> | The probability of each class; they sum to 1. The slot names are the label values. |
///
/// ### Trainer characteristics
/// | Characteristic | Value |
/// | -- | -- |
/// | Machine learning task | Multiclass classification |
/// | Is normalization required? | No |
/// | Is caching required? | No |
/// | Required NuGet in addition to Microsoft.ML | Microsoft.ML.BlockLlm, and TorchSharp-cpu or another native package of TorchSharp |
/// | Exportable to ONNX | No |
///
/// ### Training algorithm details
/// The pretrained encoder gets a new linear head, and cross-entropy is minimised with the [BlockLLM](https://arxiv.org/abs/2406.17296) method: at any time only a small
/// share of the weights, chosen by the size of their gradients and by how seldom their block was chosen before, is updated and has optimizer state.
/// <xref:Microsoft.ML.BlockLlm.BlockLlmTextClassificationOptions.Method> takes others. The head is always trained. Fitting an estimator again starts anew from the pretrained model.
///
/// It computes on the GPU that <xref:Microsoft.ML.MLContext.GpuDeviceId> named when the trainer was made, and on the CPU if none was named. A loaded model computes where the context that loads it says.
///
/// Fitting changes two things for the whole process: the number of threads libtorch computes with (<xref:Microsoft.ML.BlockLlm.Training.TrainingOptions.Threads>) and, on Linux, that
/// the C library keeps freed memory for the next step instead of returning it to the system. Loading a saved model sets the number of threads too.
/// ]]>
/// </format>
/// </remarks>
public sealed class BlockLlmTextClassificationTrainer : IEstimator<BlockLlmTextClassificationTransformer>
{
    private const int MaxClasses = 1_000_000;
    private const string TrainingSource = "training data";
    private const string ValidationSource = "ValidationSet";

    private readonly IHost _host;
    private readonly BlockLlmTextClassificationOptions _options;
    private readonly InputColumns _inputs;
    private readonly OutputColumns _outputs;
    private readonly int _drawnSeed;

    internal BlockLlmTextClassificationTrainer(IHostEnvironment environment, BlockLlmTextClassificationOptions options)
    {
        ArgumentNullException.ThrowIfNull(environment);
        if (options is null)
            throw new ArgumentNullException(nameof(options), "options must be BlockLlmTextClassificationOptions with a Model; to keep all defaults, give the model alone.");
        if (options.MaxTokens > options.Model.Config.MaxTokens)
        {
            throw new ArgumentOutOfRangeException(nameof(options.MaxTokens), options.MaxTokens,
                $"MaxTokens must be at most {options.Model.Config.MaxTokens}, which is what the model takes; leave it out for that.");
        }
        if (options.PredictedLabelColumnName == options.ScoreColumnName)
        {
            throw new ArgumentException(
                $"PredictedLabelColumnName and ScoreColumnName are both '{options.ScoreColumnName}'. Give the two output columns names of their own.", nameof(options));
        }
        if (options.SecondTextColumnName == options.TextColumnName)
        {
            throw new ArgumentException(
                $"TextColumnName and SecondTextColumnName are both '{options.TextColumnName}'. Name two columns, or leave SecondTextColumnName out for single texts.", nameof(options));
        }
        options.MethodChoice.Check();
        options.MethodChoice.CheckAdapters(options.Model.HasPretrainedWeights, options.FreezeEmbeddings);
        _host = environment.Register(nameof(BlockLlmTextClassificationTrainer));
        _options = options;
        _inputs = new InputColumns(options.LabelColumnName, options.TextColumnName, options.SecondTextColumnName);
        _outputs = new OutputColumns(options.PredictedLabelColumnName, options.ScoreColumnName);
        _drawnSeed = options.Seed ?? _host.Rand.Next();
    }

    /// <summary>Gives the shape of the schema of scored data.</summary>
    /// <param name="inputSchema">The shape of the schema of the training data.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has another type than it must have.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _inputs.Check(inputSchema, nameof(inputSchema));
        return _outputs.AppendTo(inputSchema, _inputs.Label);
    }

    /// <summary>Fine-tunes the model on data.</summary>
    /// <param name="input">The data, with a label and a text in each row.</param>
    /// <returns>What scores texts with the fine-tuned model; the caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has another type than it must have, or the label column has not one value for each of its keys.</exception>
    /// <exception cref="ArgumentException">The model does not compute in <see cref="BlockLlmTextClassificationOptions.WeightType"/>.</exception>
    /// <exception cref="InvalidOperationException">No row has a label, or all have the same. Or the GPU of <see cref="MLContext.GpuDeviceId"/> is missing and <see cref="MLContext.FallbackToCpu"/> is false.</exception>
    /// <exception cref="ModelLoadException">The weights of the pretrained model cannot be read or do not fit its configuration.</exception>
    /// <exception cref="TrainingDivergedException">A loss or a gradient is not finite.</exception>
    /// <exception cref="CheckpointException">A checkpoint cannot be written, is of another training, or none can be read.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled before its first update.</exception>
    /// <exception cref="DllNotFoundException">TorchSharp has no native library: the application lacks a package such as TorchSharp-cpu.</exception>
    public BlockLlmTextClassificationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _inputs.Check(input.Schema, withLabel: true, nameof(input));
        var label = input.Schema[_inputs.Label];
        var labels = LabelValues.Of(label);
        var classes = NumberOfClasses(label, input, TrainingSource);
        if (_options.ValidationSet is { } validationSet)
            CheckValidationSet(validationSet, classes, labels);

        using var channel = _host.Start("Training");
        NativeTorch.Require();
        var device = ComputeDevice.Of(_host, channel);
        var encoder = _options.Model.CreateBatchEncoder(_options.MaxTokens ?? _options.Model.Config.MaxTokens);
        var training = ReadTrainingRows(input, encoder, channel);
        var validation = _options.ValidationSet is null ? null : ReadRows(_options.ValidationSet, ValidationSource, encoder, channel);
        var seed = CheckpointedTraining.Seed(_options.Seed, _options.Checkpoints, _drawnSeed);
        var classifier = new TextClassifier(CreateNetwork(classes, labels, device, seed), encoder, device);
        try
        {
            var summary = Train(classifier, training, validation, channel, seed);
            return new BlockLlmTextClassificationTransformer(_inputs, _outputs, labels, classifier, summary);
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    private SequenceClassifier CreateNetwork(int classes, LabelValues? labels, Device device, int seed)
    {
        using var generator = new Generator((ulong)seed);
        return _options.Model.CreateClassifier(classes, _inputs.SecondText is not null, _options.Dropout, generator, device, labels?.Names, _options.WeightType);
    }

    private TrainingSummary Train(TextClassifier classifier, LabelledRows training, LabelledRows? validation, IChannel channel, int seed)
    {
        var roles = Roles(classifier.Network);
        var method = _options.MethodChoice.Prepare(classifier.Network, roles, seed, channel);
        using var optimizer = method.CreateOptimizer(classifier.Network.named_parameters(), roles);
        var loop = new TrainingLoop(classifier.Network, optimizer, CheckpointedTraining.Logged(_options.Training with { Seed = seed }, channel));
        var summary = loop.Run(
            LabelledText.ToTrainingData(training.Texts, classifier.Encoder, classifier.Device),
            validation is null ? null : LabelledText.ToTrainingData(validation.Texts, classifier.Encoder, classifier.Device),
            new TrainingLog(_host, channel, _options.Progress, method, method.UpdatesForAll(classifier.Network, roles)),
            _options.CancellationToken);
        method.Finish(classifier.Network);
        if (summary.Steps == 0)
            throw new OperationCanceledException("Training was cancelled before its first update, so there is no trained model.", _options.CancellationToken);
        TrainingLog.Write(channel, summary);
        return summary;
    }

    private ParameterRoles Roles(SequenceClassifier network) => new()
    {
        Frozen = _options.FreezeEmbeddings ? [.. NamesIn(network, network.Stages[0])] : [],
        AlwaysTrained = [.. NamesIn(network, network.Stages[^1])],
    };

    /// <summary>Names that the parameters of a stage have in the whole model.</summary>
    private static IEnumerable<string> NamesIn(SequenceClassifier network, Stage stage)
    {
        var handles = stage.parameters().Select(parameter => parameter.Handle).ToHashSet();
        return network.named_parameters().Where(item => handles.Contains(item.parameter.Handle)).Select(item => item.name);
    }

    private LabelledRows ReadTrainingRows(IDataView input, BatchEncoder encoder, IChannel channel)
    {
        var rows = ReadRows(input, TrainingSource, encoder, channel);
        return rows.ClassesPresent >= 2
            ? rows
            : throw new InvalidOperationException(
                $"All {rows.Texts.Count} labelled rows of the training data have the same value in label column '{_inputs.Label}'. Training needs rows of at least two classes.");
    }

    private LabelledRows ReadRows(IDataView data, string source, BatchEncoder encoder, IChannel channel)
    {
        var rows = LabelledRows.Read(data, _inputs, encoder, _options.CancellationToken);
        if (rows.Texts.Count == 0)
        {
            throw new InvalidOperationException(rows.WithoutLabel == 0
                ? NoRows(source)
                : $"The {source} has no row with a label: all {rows.WithoutLabel} values in column '{_inputs.Label}' are missing.");
        }
        if (rows.WithoutLabel > 0)
            channel.Warning(MessageSensitivity.Schema, $"{rows.WithoutLabel} rows of the {source} were skipped because their label in column '{_inputs.Label}' is missing.");
        return rows;
    }

    private static int NumberOfClasses(DataViewSchema.Column label, IDataView data, string source)
    {
        var count = ((KeyDataViewType)label.Type).Count;
        if (count == 1)
        {
            // MapValueToKey counts one possible value where it has seen none.
            throw new InvalidOperationException(IsEmpty(data)
                ? NoRows(source)
                : $"Label column '{label.Name}' has one class only. Training needs rows of at least two; if there are more further down, shuffle the data before taking a part of it.");
        }
        return count is >= 2 and <= MaxClasses
            ? (int)count
            : throw new InvalidOperationException(
                $"Label column '{label.Name}' is a key with {count} possible values; a classifier needs from 2 to {MaxClasses} classes. Map the labels with Transforms.Conversion.MapValueToKey.");
    }

    private static bool IsEmpty(IDataView data)
    {
        using var cursor = data.GetRowCursor([]);
        return !cursor.MoveNext();
    }

    private static string NoRows(string source) => $"The {source} has no rows.";

    private void CheckValidationSet(IDataView data, int classes, LabelValues? labels)
    {
        _inputs.Check(data.Schema, withLabel: true, nameof(_options.ValidationSet));
        var label = data.Schema[_inputs.Label];
        var same = labels is null ? NumberOfClasses(label, data, ValidationSource) == classes : labels.SameAs(LabelValues.Of(label));
        if (!same)
        {
            throw new InvalidOperationException(
                $"Label column '{label.Name}' of ValidationSet has other key values than the training data. Transform both with the same fitted steps.");
        }
    }
}
