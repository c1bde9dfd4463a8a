using System.Reflection;
using System.Runtime.ExceptionServices;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>A model file, as <c>train</c> has saved it.</summary>
internal sealed class SavedModel : IDisposable
{
    private SavedModel(ITransformer transformer, DataViewSchema inputSchema)
    {
        Transformer = transformer;
        InputSchema = inputSchema;
    }

    /// <summary>The whole pipeline.</summary>
    public ITransformer Transformer { get; }

    /// <summary>The columns it was trained with.</summary>
    public DataViewSchema InputSchema { get; }

    /// <summary>Loads a file.</summary>
    /// <exception cref="UsageException">There is no such file.</exception>
    /// <exception cref="FormatException">It is damaged, or no model.</exception>
    public static SavedModel Load(MLContext ml, string path)
    {
        if (!File.Exists(path))
            throw new UsageException($"The model file '{path}' does not exist. 'train' writes one: OUTPUT/model.zip.");
        try
        {
            return new(ml.Model.Load(path, out var schema), schema);
        }
        catch (TargetInvocationException exception)
        {
            ExceptionDispatchInfo.Throw(CauseOf(exception));
            throw;
        }
    }

    /// <summary>The classifier in the pipeline.</summary>
    /// <exception cref="UsageException">The model is none.</exception>
    public BlockLlmTextClassificationTransformer Classifier =>
        Find<BlockLlmTextClassificationTransformer>() ?? throw new UsageException("The model file holds no text classifier; 'lm' has the commands for language models.");

    /// <summary>The language model.</summary>
    /// <exception cref="UsageException">The model is none.</exception>
    public BlockLlmLanguageModelTransformer LanguageModel =>
        Find<BlockLlmLanguageModelTransformer>() ?? throw new UsageException("The model file holds no language model; 'classify' has the commands for text classifiers.");

    /// <summary>Whether the classifier reads pairs of texts.</summary>
    public bool ReadsPairs => InputSchema.GetColumnOrNull(nameof(TextPairRow.SecondText)) is not null;

    /// <summary>The part of the pipeline that is of a type; null if there is none.</summary>
    public T? Find<T>() where T : class => Transformer as T ?? (Transformer as IEnumerable<ITransformer>)?.OfType<T>().FirstOrDefault();

    public void Dispose() => (Transformer as IDisposable)?.Dispose();

    // ML.NET calls loaders by reflection, which wraps what one throws, once for each chain around it.
    private static Exception CauseOf(Exception exception) => exception is TargetInvocationException { InnerException: { } inner } ? CauseOf(inner) : exception;
}
