namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// The files of a model that describe its tokenizer: <c>tokenizer.json</c>, which says all, or else <c>vocab.txt</c> (WordPiece),
/// <c>vocab.json</c> with <c>merges.txt</c> (byte-level BPE) or <c>tokenizer.model</c> (SentencePiece), of which <c>tokenizer_config.json</c> says the rest.
/// </summary>
internal sealed class TokenizerFiles
{
    private const string Json = "tokenizer.json";
    private const string WordPieceVocabulary = "vocab.txt";
    private const string BpeVocabulary = "vocab.json";
    private const string BpeMerges = "merges.txt";
    private const string SentencePiece = "tokenizer.model";
    private const string Settings = "tokenizer_config.json";
    private static readonly string[] s_vocabularies = [Json, WordPieceVocabulary, BpeVocabulary, SentencePiece];
    private static readonly string[] s_names = [.. s_vocabularies, BpeMerges, Settings, "special_tokens_map.json", "added_tokens.json", "chat_template.jinja"];

    private readonly Dictionary<string, byte[]> _files;

    private TokenizerFiles(Dictionary<string, byte[]> files, string source)
    {
        _files = files;
        Loaded = Load(source);
    }

    /// <summary>The names that the files can have.</summary>
    public static IReadOnlyList<string> Names => s_names;

    /// <summary>The tokenizer.</summary>
    public LoadedTokenizer Loaded { get; }

    /// <summary>Reads the files and makes the tokenizer.</summary>
    /// <param name="reader">Gives the files.</param>
    /// <param name="source">Where the model is from, for messages.</param>
    /// <exception cref="ModelLoadException">There is no tokenizer, a file is broken, or a part of it is not supported.</exception>
    public static TokenizerFiles Read(ModelFileReader reader, string source) => new(ReadAll(reader, source), source);

    /// <summary>The same; null if there is no tokenizer.</summary>
    public static TokenizerFiles? ReadIfThere(ModelFileReader reader, string source)
    {
        var files = ReadAll(reader, source);
        return s_vocabularies.Any(files.ContainsKey) ? new TokenizerFiles(files, source) : null;
    }

    /// <summary>Throws if the tokenizer gives ids that a model does not know.</summary>
    public void RequireFit(ModelConfig config, string source)
    {
        if (Loaded.VocabularySize > config.VocabularySize)
            throw new ModelLoadException(
                $"{source}: the tokenizer has {Loaded.VocabularySize} pieces and the model only {config.VocabularySize} embeddings (vocab_size). They do not belong together.");
    }

    /// <summary>Writes the files as they were read.</summary>
    public void Write(ModelFileWriter writer)
    {
        foreach (var (name, bytes) in _files)
            writer(name, stream => stream.Write(bytes));
    }

    private static Dictionary<string, byte[]> ReadAll(ModelFileReader reader, string source)
    {
        var files = new Dictionary<string, byte[]>();
        foreach (var name in s_names)
        {
            if (BoundedFile.ReadIfThere(reader, name, source, BoundedFile.MaxTable) is { } bytes)
                files.Add(name, bytes);
        }
        return files;
    }

    private LoadedTokenizer Load(string source)
    {
        if (_files.TryGetValue(Json, out var json))
            return TokenizerJson.Read(json, $"{source}, {Json}");
        var settings = _files.TryGetValue(Settings, out var settingsJson) ? TokenizerSettings.Read(settingsJson, $"{source}, {Settings}") : new TokenizerSettings();
        if (_files.TryGetValue(WordPieceVocabulary, out var words))
            return VocabularyFiles.WordPiece(words, settings, $"{source}, {WordPieceVocabulary}");
        if (_files.TryGetValue(BpeVocabulary, out var pieces))
        {
            return _files.TryGetValue(BpeMerges, out var merges)
                ? VocabularyFiles.ByteLevelBpe(pieces, merges, settings, source)
                : throw new ModelLoadException($"{source} has {BpeVocabulary} but no {BpeMerges}. Byte-level BPE needs both.");
        }
        return _files.TryGetValue(SentencePiece, out var model)
            ? SentencePieceTokenizers.Create(SentencePieceFile.Read(model, $"{source}, {SentencePiece}"), settings.AddsBegin, settings.AddsEnd, settings.AddedTokens)
            : throw new ModelLoadException($"{source} has no {Json}, and no other tokenizer. A model needs {Json}, or {WordPieceVocabulary}, or {BpeVocabulary} with {BpeMerges}, or {SentencePiece}.");
    }
}
