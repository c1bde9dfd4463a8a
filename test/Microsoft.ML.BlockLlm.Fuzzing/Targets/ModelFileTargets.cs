using System.Diagnostics;
using System.IO.Compression;
using System.Reflection;
using System.Text;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Persistence;
using Microsoft.ML.BlockLlm.Training;
using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>ML.NET's model files with our transformers inside, and what is a program in them: the template of conversations.</summary>
internal static class ModelFileTargets
{
    private const string Place = "model file";
    private const string Settings = "tokenizer_config.json";

    /// <summary>Rendering has a budget of characters, three times for a conversation with one reply.</summary>
    private const long RenderingBytes = 256 << 20;

    private static readonly byte[] ChatSettings = Encoding.UTF8.GetBytes(
        """{"bos_token": "<s>", "eos_token": {"content": "</s>"}, "chat_template": "{% for m in messages %}{{ bos_token ~ m['role'] ~ m.content | trim }}{% set n = namespace(x=1) %}{% set n.x = n.x + loop.index %}{{ n.x }}{{ eos_token }}{% endfor %}"}""");

    public static FuzzTarget ChatTemplate(string name)
    {
        byte[][] seeds = [.. Directory.GetFiles(Corpus.Golden("chat_templates")).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        return new FuzzTarget(name, seeds, TokenMutations.Mutate, input => Render(new() { [Settings] = ChatSettings }, name, input))
        { IsDocumented = IsChatDocumented, Place = $"hostile, {name}", FixedBytes = RenderingBytes };
    }

    public static FuzzTarget ChatSettingsFile(string name) => new(name, [ChatSettings], TokenMutations.Mutate, input => Render([], Settings, input))
    {
        IsDocumented = IsChatDocumented, Place = Settings, FixedBytes = RenderingBytes,
    };

    public static FuzzTarget ClassifierHeader(string name) => Part<ClassifierHeader>(name, SavedClassifier, header => _ = ModelStreams.Guard(name, header.ReadLabels));

    public static FuzzTarget LanguageModelHeader(string name) => Part<LanguageModelHeader>(name, SavedLanguageModel, header => _ = header.Generation?.MaxNewTokens);

    public static FuzzTarget Summary(string name) => Part<TrainingSummary>(name, SavedClassifier, summary => _ = ModelStreams.Completed(summary));

    public static FuzzTarget Classifier(string name) => WholeFile(name, SavedClassifier);

    public static FuzzTarget LanguageModel(string name) => WholeFile(name, SavedLanguageModel);

    private static (byte[] File, IDataView Data) SavedClassifier(MLContext ml)
    {
        var data = ml.Transforms.Conversion.MapValueToKey("Label").Fit(Rows(ml)).Transform(Rows(ml));
        var shape = new BertConfig { VocabularySize = 8, HiddenSize = 4, IntermediateSize = 4, LayerCount = 1, HeadCount = 2, MaxTokens = 12 };
        var options = new BlockLlmTextClassificationOptions { Model = PretrainedModel.FromConfig(shape, Corpus.Golden("bert-tiny"), seed: 3), Training = new TrainingOptions { Epochs = 1, Threads = 1 }, Seed = 1 };
        return Saved(ml, ml.TextClassification.Trainers.BlockLlm(options).Fit(data), data);
    }

    private static (byte[] File, IDataView Data) SavedLanguageModel(MLContext ml)
    {
        var vocabulary = BpeTrainer.Train(["the cat sat on the mat and the hat"], new BpeTrainerOptions { VocabularySize = 270 });
        var shape = new LlamaConfig { VocabularySize = vocabulary.Size, HiddenSize = 8, IntermediateSize = 8, LayerCount = 1, HeadCount = 2, KeyValueHeadCount = 1, MaxTokens = 16 };
        var options = new BlockLlmLanguageModelOptions { Model = PretrainedModel.FromConfig(shape, vocabulary, seed: 3), Training = new TrainingOptions { MaxSteps = 1, BatchSize = 8, Threads = 1 }, Seed = 1, Generation = new() { MaxNewTokens = 2 } };
        return Saved(ml, ml.LanguageModeling.Trainers.BlockLlm(options).Fit(Rows(ml)), Rows(ml));
    }

    /// <summary>ML.NET unpacks an entry before it gives it to a reader, to a file or, in its turn, memory: that counts here as bytes of the input.</summary>
    private static FuzzTarget WholeFile(string name, Func<MLContext, (byte[] File, IDataView Data)> save)
    {
        var folder = new TemporaryFolder();
        var ml = new MLContext(seed: 1) { TempFilePath = folder.Path };
        var (file, data) = save(ml);
        var row = ml.Data.TakeRows(data, 1);
        return new FuzzTarget(name, [file], ZipMutations.Mutate, input => Read(ml, input, row))
        {
            IsDocumented = exception => exception is FormatException, Place = Place, BytesPerByte = 256, FixedBytes = 16 << 20, Owned = folder,
        };
    }

    /// <summary>A part of such a file by itself.</summary>
    private static FuzzTarget Part<T>(string name, Func<MLContext, (byte[] File, IDataView Data)> save, Action<T> use) where T : class
    {
        using var archive = new ZipArchive(new MemoryStream(save(new MLContext(seed: 1)).File));
        using var part = archive.Entries.Single(entry => entry.Name == name).Open();
        using var content = new MemoryStream();
        part.CopyTo(content);
        return new FuzzTarget(name, [content.ToArray()], TokenMutations.Mutate, input => use(ModelStreams.ReadJson<T>(name, input)))
        { IsDocumented = exception => exception is FormatException, Place = $"'{name}' of the model file" };
    }

    private static (byte[] File, IDataView Data) Saved(MLContext ml, ITransformer model, IDataView data)
    {
        using var disposing = model as IDisposable;
        using var file = new MemoryStream();
        ml.Model.Save(model, data.Schema, file);
        return (Reproducible.ModelFile(file.ToArray()), data);
    }

    private static void Read(MLContext ml, byte[] input, IDataView row)
    {
        ITransformer loaded;
        try
        {
            loaded = ml.Model.Load(new MemoryStream(input), out _);
        }
        catch (Exception exception) when (Refusal(exception) is { } refusal)
        {
            throw refusal;
        }

        using (loaded as IDisposable)
            Score(loaded, row);
    }

    // ML.NET calls loaders by reflection, which wraps what one throws, and nothing else may be around a refusal. What ML.NET reads itself, such as the schema, is not ours to hold to anything.
    private static FormatException? Refusal(Exception exception) => exception switch
    {
        TargetInvocationException { InnerException: { } inner } => Refusal(inner),
        FormatException refusal when refusal.Message.Contains(Place, StringComparison.Ordinal) => refusal,
        _ when IsOfMLNet(exception) => new FormatException($"ML.NET does not read the {Place}: {exception.Message}", exception),
        _ => exception as FormatException,
    };

    private static void Render(Dictionary<string, byte[]> files, string name, byte[] content) => BlockLlm.ChatTemplate.Of(ModelTargets.With(files, name, content), "hostile").RenderReplies(
    [
        new Dictionary<string, object?> { ["role"] = "system", ["content"] = "Be brief." },
        new Dictionary<string, object?> { ["role"] = "user", ["content"] = "Hello?" },
        new Dictionary<string, object?> { ["role"] = "assistant", ["content"] = "Hello." },
    ]);

    private static bool IsChatDocumented(Exception exception) => exception is ModelLoadException or FormatException;

    private static void Score(ITransformer model, IDataView data)
    {
        // A model may say that it reads another column, which the data then lacks.
        if (!model.Knows(data.Schema))
            return;
        var scores = model.Transform(data);
        var numbers = scores.Schema.Where(column => !column.IsHidden && column.Type.RawType == typeof(float)).ToList();
        var vectors = scores.Schema.Where(column => !column.IsHidden && column.Type is VectorDataViewType { ItemType.RawType: var type } && type == typeof(float)).ToList();
        using var cursor = scores.GetRowCursor([.. numbers, .. vectors]);
        List<ValueGetter<float>> numberGetters = [.. numbers.Select(column => cursor.GetGetter<float>(column))];
        List<ValueGetter<VBuffer<float>>> vectorGetters = [.. vectors.Select(column => cursor.GetGetter<VBuffer<float>>(column))];
        var (number, vector) = (0f, default(VBuffer<float>));
        while (cursor.MoveNext())
        {
            numberGetters.ForEach(get => get(ref number));
            vectorGetters.ForEach(get => get(ref vector));
        }
    }

    private static bool Knows(this ITransformer model, DataViewSchema inputs)
    {
        try
        {
            return model.GetOutputSchema(inputs) is not null;
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;
        }
    }

    private static IDataView Rows(MLContext ml) => ml.Data.LoadFromEnumerable(
        [new { Label = "a", Text = "the cat" }, new { Label = "b", Text = "sat on" }, new { Label = "a", Text = "the mat" }, new { Label = "b", Text = "and the hat" }]);

    // With all that is inside. Without files and lines, which are looked up in the symbols of every assembly on the way.
    private static bool IsOfMLNet(Exception? exception) => exception is null || (IsOfMLNet(exception.InnerException) && new StackTrace(exception, fNeedFileInfo: false).GetFrames()
        .All(frame => frame.GetMethod()?.DeclaringType?.Assembly.GetName().Name is not { } assembly
            || assembly == typeof(ModelFileTargets).Assembly.GetName().Name || !assembly.StartsWith("Microsoft.ML.BlockLlm", StringComparison.Ordinal)));
}
