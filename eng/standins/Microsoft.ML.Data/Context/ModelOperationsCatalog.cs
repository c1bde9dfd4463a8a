using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Saves, loads and uses models.</summary>
public sealed class ModelOperationsCatalog
{
    private const string ModelDirectory = TransformerChain.LoaderSignature;
    private const string SchemaEntryName = "Schema";

    private readonly IHostEnvironment _env;

    internal ModelOperationsCatalog(IHostEnvironment env) => _env = env;

    private string TempFilePath => ((IHostEnvironmentInternal)_env).TempFilePath;

    public void Save(ITransformer model, DataViewSchema inputSchema, string filePath)
    {
        Contracts.CheckNonEmpty(filePath, nameof(filePath));
        using var stream = File.Create(filePath);
        Save(model, inputSchema, stream);
    }

    public void Save(ITransformer model, DataViewSchema inputSchema, Stream stream)
    {
        Contracts.CheckValue(stream, nameof(stream));
        using var repository = new RepositoryWriter(stream, TempFilePath);
        if (model != null)
            ModelSaveContext.SaveModel(repository, model, ModelDirectory);
        if (inputSchema == null)
            return;
        using var entry = repository.CreateEntry(null, SchemaEntryName);
        SchemaFile.Write(inputSchema, entry.Stream);
    }

    /// <summary>Loads a model, and the schema it was saved with, or null if it was saved without one.</summary>
    public ITransformer Load(string filePath, out DataViewSchema inputSchema)
    {
        Contracts.CheckNonEmpty(filePath, nameof(filePath));
        using var stream = File.OpenRead(filePath);
        return Load(stream, out inputSchema);
    }

    public ITransformer Load(Stream stream, out DataViewSchema inputSchema)
    {
        Contracts.CheckValue(stream, nameof(stream));
        using var repository = new RepositoryReader(stream, TempFilePath);
        if (LoadComposite(repository) is { } composite)
        {
            inputSchema = ((IDataLoader<IMultiStreamSource>)composite.Loader).GetOutputSchema();
            return composite.Model;
        }
        using var schema = repository.OpenEntryOrNull(null, SchemaEntryName);
        inputSchema = schema == null ? null : SchemaFile.Read(schema);
        if (!ModelLoadContext.LoadModelOrNull<ITransformer, SignatureLoadModel>(_env, out var model, repository, ModelDirectory))
            throw new InvalidOperationException("Could not load legacy format model");
        return model;
    }

    public void Save<TSource>(ITransformer model, IDataLoader<TSource> loader, string filePath)
    {
        Contracts.CheckValue(loader, nameof(loader));
        Contracts.CheckNonEmpty(filePath, nameof(filePath));
        using var stream = File.Create(filePath);
        using var repository = new RepositoryWriter(stream, TempFilePath);
        ModelSaveContext.SaveModel(repository, new CompositeDataLoader(loader, model), null);
    }

    public ITransformer LoadWithDataLoader(string filePath, out IDataLoader<IMultiStreamSource> loader)
    {
        Contracts.CheckNonEmpty(filePath, nameof(filePath));
        using var stream = File.OpenRead(filePath);
        using var repository = new RepositoryReader(stream, TempFilePath);
        var composite = LoadComposite(repository) ?? throw new InvalidOperationException(
            "Model does not contain an IDataLoader. Perhaps this was saved with a DataViewSchema, or even no information on its input at all. " +
            "Consider using the Load method instead.");
        loader = (IDataLoader<IMultiStreamSource>)composite.Loader;
        return composite.Model;
    }

    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(
        ITransformer transformer,
        bool ignoreMissingColumns = true,
        SchemaDefinition inputSchemaDefinition = null,
        SchemaDefinition outputSchemaDefinition = null)
        where TSrc : class
        where TDst : class, new() =>
        CreatePredictionEngine<TSrc, TDst>(transformer, new PredictionEngineOptions
        {
            IgnoreMissingColumns = ignoreMissingColumns,
            InputSchemaDefinition = inputSchemaDefinition,
            OutputSchemaDefinition = outputSchemaDefinition,
        });

    /// <summary>An engine whose input columns have the types and annotations of the given schema.</summary>
    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer, DataViewSchema inputSchema)
        where TSrc : class
        where TDst : class, new()
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        var definition = SchemaDefinition.Create(typeof(TSrc), SchemaDefinition.Direction.Read);
        foreach (var column in inputSchema)
        {
            var member = definition[column.Name] ?? throw new InvalidOperationException($"Type should contain a member named {column.Name}");
            member.ColumnType = column.Type;
            member.AddAnnotations(column.Annotations);
        }
        return CreatePredictionEngine<TSrc, TDst>(transformer, ignoreMissingColumns: false, definition);
    }

    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer, PredictionEngineOptions options)
        where TSrc : class
        where TDst : class, new()
    {
        Contracts.CheckValue(transformer, nameof(transformer));
        Contracts.CheckValue(options, nameof(options));
        return new PredictionEngine<TSrc, TDst>(transformer, options);
    }

    private CompositeDataLoader LoadComposite(RepositoryReader repository) =>
        ModelLoadContext.LoadModelOrNull<CompositeDataLoader, SignatureLoadModel>(_env, out var composite, repository, null) ? composite : null;
}
