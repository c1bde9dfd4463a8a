using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>What describes a model: its shape, how it generates, how its vectors are pooled.</summary>
internal static class ModelTargets
{
    private const string Source = "hostile";
    private const string Modules = """[{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}, {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}, {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]""";
    private const string PoolingSettings = """{"word_embedding_dimension": 384, "pooling_mode_cls_token": false, "pooling_mode_mean_tokens": true, "pooling_mode_max_tokens": false}""";

    public static FuzzTarget Config(string name) => new(name, Corpus.GoldenFiles("config.json"), TokenMutations.Mutate, input =>
    {
        var file = ConfigFile.Read(Only("config.json", input), Source);
        file.Write((_, write) => write(Stream.Null), []);
    })
    { IsDocumented = IsDocumented, Place = $"{Source}, config.json" };

    /// <summary>The configuration beside weights and a tokenizer that it should fit.</summary>
    public static FuzzTarget ClassifierConfig(string name)
    {
        var files = Corpus.GoldenFolder("llama-classifier-tiny");
        return new FuzzTarget(name, [files["config.json"]], TokenMutations.Mutate, input =>
        {
            using var classifier = SequenceClassifier.Load((file, read) => With(files, "config.json", input)(file, read) || (file == "tokenizer.json" && Read(Tokenizer, read)));
        })
        {
            // A configuration may ask for a thousand layers, which are made before it turns out that the weights are missing.
            IsDocumented = IsDocumented, Place = "The saved model", FixedBytes = 16 << 20,
        };
    }

    public static FuzzTarget GenerationConfig(string name)
    {
        var config = ConfigFile.Read(With(Corpus.GoldenFolder("llama-tiny")), Source).Config;
        return new FuzzTarget(name, ["""{"bos_token_id": 1, "eos_token_id": [2, 3], "temperature": 0.6, "transformers_version": "4.40.0"}"""u8.ToArray()], TokenMutations.Mutate,
            input => _ = GenerationConfigFile.ReadIfThere(Only(GenerationConfigFile.Name, input), config, Source))
        { IsDocumented = IsDocumented, Place = $"{Source}, {GenerationConfigFile.Name}" };
    }

    public static FuzzTarget ModulesOfEncoder(string name) => new(name, [Bytes(Modules)], TokenMutations.Mutate,
        input => _ = SentencePooling.Read((file, read) => Read(file == SentencePooling.Modules ? input : Bytes(PoolingSettings), read), Source))
    { IsDocumented = IsDocumented, Place = $"{Source}, {SentencePooling.Modules}" };

    public static FuzzTarget Pooling(string name) => new(name, [Bytes(PoolingSettings)], TokenMutations.Mutate,
        input => _ = SentencePooling.Read((file, read) => Read(file == SentencePooling.Modules ? Bytes(Modules) : input, read), Source))
    { IsDocumented = IsDocumented, Place = $"{Source}, 1_Pooling/config.json" };

    public static FuzzTarget SentenceLength(string name)
    {
        var config = ConfigFile.Read(With(Corpus.GoldenFolder("bert-tiny")), Source).Config;
        return new FuzzTarget(name, ["""{"max_seq_length": 256, "do_lower_case": false}"""u8.ToArray()], TokenMutations.Mutate,
            input => _ = Models.SentenceLength.Read(Only(Models.SentenceLength.Names[0], input), config, Source))
        { IsDocumented = IsDocumented, Place = $"{Source}, {Models.SentenceLength.Names[0]}" };
    }

    /// <summary>Files in memory, one of them another.</summary>
    public static ModelFileReader With(Dictionary<string, byte[]> files, string changed = "", byte[]? content = null) => (name, read) =>
        name == changed ? Read(content!, read) : files.TryGetValue(name, out var bytes) && Read(bytes, read);

    public static bool IsDocumented(Exception exception) => exception is ModelLoadException;

    private static byte[] Tokenizer { get; } = Corpus.GoldenFolder("bert-tiny")["tokenizer.json"];

    private static ModelFileReader Only(string name, byte[] content) => With([], name, content);

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static bool Read(byte[] bytes, Action<Stream> read)
    {
        using var stream = new MemoryStream(bytes);
        read(stream);
        return true;
    }
}
