using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Saves, loads and uses models.</summary>
public sealed partial class ModelOperationsCatalog
{
    private const string ModelDirectory = "TransformerChain";
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
        using var schema = repository.OpenEntryOrNull(null, SchemaEntryName);
        inputSchema = schema == null ? null : SchemaFile.Read(schema);
        if (!ModelLoadContext.LoadModelOrNull<ITransformer, SignatureLoadModel>(_env, out var model, repository, ModelDirectory))
            throw new InvalidOperationException("Could not load legacy format model");
        return model;
    }
}
