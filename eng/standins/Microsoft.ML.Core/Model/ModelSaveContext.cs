using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Where a component writes itself: a model block of its own, and further streams and models beside it.</summary>
public sealed class ModelSaveContext : IDisposable
{
    internal const string ModelStreamName = "Model.key";

    private readonly RepositoryWriter.Entry _entry;
    private readonly ModelHeader _header = new();
    private readonly List<string> _strings = [];
    private readonly Dictionary<string, int> _stringIds = [];
    private string _loaderAssemblyName;
    private bool _isDisposed;

    internal ModelSaveContext(RepositoryWriter repository, string directory, string name)
    {
        Repository = repository;
        Directory = directory;
        _entry = repository.CreateEntry(directory, name);
        Writer = new BinaryWriter(_entry.Stream, Encoding.UTF8, leaveOpen: true);
        _header.BeginWrite(Writer);
    }

    internal RepositoryWriter Repository { get; }

    internal string Directory { get; }

    internal BinaryWriter Writer { get; }

    internal void CheckAtModel()
    {
        Writer.Flush();
        Contracts.Check(Writer.BaseStream.Position == ModelHeader.Size, "The model block must be empty here.");
    }

    internal void SetVersionInfo(VersionInfo ver)
    {
        _header.SetVersionInfo(ver);
        _loaderAssemblyName = ver.LoaderAssemblyName;
    }

    internal void SaveBinaryStream(string name, Action<BinaryWriter> action)
    {
        Contracts.CheckNonEmpty(name, nameof(name));
        using var entry = Repository.CreateEntry(Directory, name);
        using var writer = new BinaryWriter(entry.Stream, Encoding.UTF8, leaveOpen: true);
        action(writer);
    }

    internal void SaveTextStream(string name, Action<TextWriter> action)
    {
        Contracts.CheckNonEmpty(name, nameof(name));
        using var entry = Repository.CreateEntry(Directory, name);
        using var writer = new StreamWriter(entry.Stream, leaveOpen: true);
        action(writer);
    }

    /// <summary>Writes the number of a string, which itself goes into the table behind the model block.</summary>
    internal void SaveString(string str)
    {
        Contracts.CheckValue(str, nameof(str));
        if (!_stringIds.TryGetValue(str, out int id))
        {
            _stringIds[str] = id = _strings.Count;
            _strings.Add(str);
        }
        Writer.Write(id);
    }

    internal void SaveStringOrNull(string str)
    {
        if (str == null)
            Writer.Write(-1);
        else
            SaveString(str);
    }

    internal void SaveNonEmptyString(string str)
    {
        Contracts.CheckParam(!string.IsNullOrEmpty(str), nameof(str), "must not be empty");
        SaveString(str);
    }

    /// <summary>Saves a part of this component in a directory of its own.</summary>
    internal void SaveModel<T>(T value, string name) where T : class => SaveModel(Repository, value, ML.Repository.Join(Directory, name));

    internal static void SaveModel<T>(RepositoryWriter repository, T value, string directory) where T : class
    {
        if (value is not ICanSaveModel savable)
            throw new InvalidOperationException($"A {value.GetType().Name} cannot be saved: it does not implement {nameof(ICanSaveModel)}.");
        using var context = new ModelSaveContext(repository, directory, ModelStreamName);
        savable.Save(context);
        context.Done();
    }

    internal void Done()
    {
        Contracts.Check(_header.ModelSignature != 0, "ModelSignature not specified!");
        _header.EndWrite(Writer, 0, _strings, _loaderAssemblyName);
        Dispose();
    }

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        Writer.Dispose();
        _entry.Dispose();
    }
}
