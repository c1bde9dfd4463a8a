using System.Reflection;
using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Where a component reads itself from: the counterpart of <see cref="ModelSaveContext"/>.</summary>
internal sealed class ModelLoadContext : IDisposable
{
    private readonly ModelHeader _header;
    private readonly string[] _strings;
    private readonly string _loaderAssemblyName;

    private ModelLoadContext(RepositoryReader repository, Stream stream, string directory)
    {
        Repository = repository;
        Directory = directory;
        Reader = new BinaryReader(stream, Encoding.UTF8);
        _header = ModelHeader.Read(Reader, 0, out _strings, out _loaderAssemblyName);
    }

    public RepositoryReader Repository { get; }

    public string Directory { get; }

    public BinaryReader Reader { get; }

    /// <summary>Loads what was saved in the directory, with the class that its header names.</summary>
    public static bool LoadModelOrNull<TResult, TSignature>(IHostEnvironment env, out TResult result, RepositoryReader repository, string directory)
        where TResult : class
    {
        result = null;
        var stream = repository.OpenEntryOrNull(directory, ModelSaveContext.ModelStreamName);
        if (stream == null)
            return false;
        using (stream)
        using (var context = new ModelLoadContext(repository, stream, directory))
            result = context.Load<TResult, TSignature>(env);
        return true;
    }

    public static void LoadModel<TResult, TSignature>(IHostEnvironment env, out TResult result, RepositoryReader repository, string directory)
        where TResult : class
    {
        if (!LoadModelOrNull<TResult, TSignature>(env, out result, repository, directory))
            throw new FormatException($"Corrupt model file: it has no '{ML.Repository.Join(directory, ModelSaveContext.ModelStreamName)}'.");
    }

    /// <summary>Loads a part of this component from its directory.</summary>
    public void LoadModel<TResult, TSignature>(IHostEnvironment env, out TResult result, string name) where TResult : class =>
        LoadModel<TResult, TSignature>(env, out result, Repository, ML.Repository.Join(Directory, name));

    public void CheckAtModel() => Contracts.Check(Reader.BaseStream.Position == ModelHeader.Size, "The model block must be unread here.");

    public void CheckAtModel(VersionInfo ver)
    {
        CheckAtModel();
        _header.CheckVersionInfo(ver);
    }

    public bool TryLoadBinaryStream(string name, Action<BinaryReader> action)
    {
        Contracts.CheckNonEmpty(name, nameof(name));
        using var stream = Repository.OpenEntryOrNull(Directory, name);
        if (stream == null)
            return false;
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        action(reader);
        return true;
    }

    public bool TryLoadTextStream(string name, Action<TextReader> action)
    {
        Contracts.CheckNonEmpty(name, nameof(name));
        using var stream = Repository.OpenEntryOrNull(Directory, name);
        if (stream == null)
            return false;
        using var reader = new StreamReader(stream, leaveOpen: true);
        action(reader);
        return true;
    }

    public string LoadString() =>
        LoadStringOrNull() ?? throw new FormatException("Corrupt model file: a string is missing.");

    public string LoadStringOrNull()
    {
        int id = Reader.ReadInt32();
        Contracts.CheckDecode(id >= -1 && id < _strings.Length, "Corrupt model file: no such string.");
        return id < 0 ? null : _strings[id];
    }

    public string LoadNonEmptyString()
    {
        string text = LoadString();
        Contracts.CheckDecode(text.Length > 0, "Corrupt model file: a string is empty.");
        return text;
    }

    public void Dispose() => Reader.Dispose();

    private TResult Load<TResult, TSignature>(IHostEnvironment env) where TResult : class
    {
        if (!string.IsNullOrEmpty(_loaderAssemblyName))
            env.ComponentCatalog.RegisterAssembly(Assembly.Load(_loaderAssemblyName));
        foreach (string signature in new[] { _header.LoaderSignature, _header.LoaderSignatureAlt })
        {
            if (!string.IsNullOrWhiteSpace(signature)
                && env.ComponentCatalog.TryCreateInstance<TResult, TSignature>(env, signature, this, out var result))
            {
                _header.EndRead(Reader, 0);
                return result;
            }
        }
        throw new FormatException($"Couldn't load model: '{Directory}'");
    }
}
