using Microsoft.ML.BlockLlm.Columns;
using Microsoft.ML.BlockLlm.Persistence;
using Microsoft.ML.BlockLlm.Scoring;
using Microsoft.ML.BlockLlm.Training;
using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm;

/// <summary>Puts texts into classes with a model that a <see cref="BlockLlmTextClassificationTrainer"/> has fine-tuned.</summary>
/// <remarks>
/// It adds a predicted label and the probability of each class to every row; see the trainer for the columns. Scoring reads some rows ahead, 32 at first and
/// at most 512, so that texts of like length go through the model together, and only when one of the two columns is asked for. A score does not depend on the other rows, but for rounding. A transformer may be used by several threads at once. It holds the weights of its model
/// in native memory: dispose it when it is no longer needed. Loading one from a file sets libtorch to one thread for each core; of a damaged one <c>Model.Load</c>
/// throws a <see cref="System.Reflection.TargetInvocationException"/>, whose innermost exception is a <see cref="FormatException"/> that names the part.
/// </remarks>
public sealed class BlockLlmTextClassificationTransformer : ITransformer, IDisposable
{
    private readonly InputColumns _inputs;
    private readonly OutputColumns _outputs;
    private readonly LabelValues? _labels;
    private readonly TextClassifier _classifier;

    internal BlockLlmTextClassificationTransformer(
        InputColumns inputs, OutputColumns outputs, LabelValues? labels, TextClassifier classifier, TrainingSummary summary)
    {
        _inputs = inputs;
        _outputs = outputs;
        _labels = labels;
        _classifier = classifier;
        TrainingSummary = summary;
    }

    /// <summary>What training did, and what it cost.</summary>
    public TrainingSummary TrainingSummary { get; }

    /// <summary>The labels in the order of the scores, as text; null if the label column had keys that stand for nothing.</summary>
    public IReadOnlyList<string>? Labels => _labels?.Names;

    /// <summary>Number of classes, which is the length of a score.</summary>
    public int NumberOfClasses => _classifier.Classes;

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    /// <summary>Gives the schema of the scored data.</summary>
    /// <param name="inputSchema">The schema of the data.</param>
    /// <exception cref="ArgumentOutOfRangeException">A text column is missing or is not text.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => ColumnsFor(inputSchema).OutputSchema;

    /// <summary>Scores data. Nothing is read before somebody reads the result.</summary>
    /// <param name="input">The data.</param>
    /// <exception cref="ArgumentOutOfRangeException">A text column is missing or is not text.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new TransformedDataView(input, ColumnsFor(input.Schema));
    }

    /// <summary>Makes what scores single rows, for a prediction engine.</summary>
    /// <param name="inputSchema">The schema of the rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">A text column is missing or is not text.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new RowMapper(ColumnsFor(inputSchema));

    /// <summary>Writes the fine-tuned model as a Hugging Face folder: weights, configuration with the label values as the classes' names, and tokenizer.</summary>
    /// <param name="directory">The folder; it is made if it does not exist.</param>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public void SaveAsHuggingFace(string directory)
    {
        using var use = _classifier.Use();
        _classifier.Network.Save(directory);
    }

    /// <summary>Releases the weights, once no thread uses them; what comes later is refused.</summary>
    public void Dispose() => _classifier.Dispose();

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        ClassifierFile.Save(ctx, _inputs, _outputs, _labels, _classifier, TrainingSummary);
    }

    private ScoringColumns ColumnsFor(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new ScoringColumns(inputSchema, _inputs, _outputs, _classifier, _labels);
    }
}
