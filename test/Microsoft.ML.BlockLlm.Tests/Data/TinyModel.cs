using System.Text.Json;
using Microsoft.ML.BlockLlm.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>A folder with a model of the shape of the Universal Sentence Encoder lite, some thousand random weights and a vocabulary of a few words.</summary>
[TestClass]
public static class TinyModel
{
    public const int MaxTokens = 16;

    private const int Embedding = 16;
    private const int Hidden = 32;
    private const int Intermediate = 48;
    private const char Space = '\u2581';

    private static readonly string[] Words =
        ["hello", "welcome", "bye", "farewell", "why", "where", "you", "my", "friend", "is", "it", "the", "good", "day", "to", "all"];

    public static string Directory { get; } = Path.Combine(Path.GetTempPath(), "blockllm-tests", Guid.NewGuid().ToString("N"));

    public static PretrainedModel Open() => PretrainedModel.FromDirectory(Directory);

    /// <summary>Makes a copy of the folder that a test may damage.</summary>
    public static string Copy()
    {
        var copy = Directory + "-" + Guid.NewGuid().ToString("N");
        System.IO.Directory.CreateDirectory(copy);
        foreach (var file in System.IO.Directory.GetFiles(Directory))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        return copy;
    }

    /// <summary>Makes a copy of the folder in which the embedding of a word is not a number, so that no text with it has a finite loss.</summary>
    public static string CopyWithBrokenWord(string word)
    {
        var copy = Copy();
        using var scope = NewDisposeScope();
        var path = Path.Combine(copy, "model.safetensors");
        var file = SafetensorsFile.Open(path);
        var tensors = file.Tensors.Select(entry => (entry.Name, Tensor: file.ReadTensor(entry.Name))).ToList();
        var row = Array.FindIndex(Vocabulary(), item => Equals(item[0], Space + word));
        tensors.Single(item => item.Name == "embeddings.word_embeddings.weight").Tensor[row].fill_(double.NaN);
        SafetensorsWriter.Save(path, tensors);
        return copy;
    }

    [AssemblyInitialize]
    public static void Write(TestContext _)
    {
        System.IO.Directory.CreateDirectory(Directory);
        var vocabulary = Vocabulary();
        WriteJson("tokenizer.json", new
        {
            version = "1.0",
            added_tokens = new[] { new { id = 0, content = "<unk>", special = true } },
            normalizer = new { type = "NFKC" },
            pre_tokenizer = new { type = "Metaspace", replacement = Space.ToString(), prepend_scheme = "always" },
            model = new { type = "Unigram", unk_id = 0, vocab = vocabulary },
        });
        WriteJson("config.json", new
        {
            model_type = "use-lite",
            vocab_size = vocabulary.Length,
            hidden_size = Hidden,
            num_hidden_layers = 2,
            max_position_embeddings = MaxTokens,
            embedding_size = Embedding,
            intermediate_size = Intermediate,
            num_attention_heads = 4,
        });
        WriteWeights(Path.Combine(Directory, "model.safetensors"), vocabulary.Length);
    }

    [AssemblyCleanup]
    public static void Delete()
    {
        foreach (var directory in System.IO.Directory.GetDirectories(Path.GetDirectoryName(Directory)!, Path.GetFileName(Directory) + "*"))
            System.IO.Directory.Delete(directory, recursive: true);
    }

    /// <summary>Writes the weights, one of them in another shape if asked to.</summary>
    public static void WriteWeights(string path, int vocabularySize, string? misshapen = null)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var tensors = Shapes(vocabularySize).Select(item => (item.Name, Weight(item.Name, item.Name == misshapen ? [3] : item.Shape, generator)));
        SafetensorsWriter.Save(path, tensors.ToList());
    }

    public static int VocabularySize => Vocabulary().Length;

    private static object[][] Vocabulary() =>
        [["<unk>", 0.0], [Space.ToString(), -4.0], .. Words.Select(word => new object[] { Space + word, -2.0 }), .. "abcdefghijklmnopqrstuvwxyz".Select(letter => new object[] { letter.ToString(), -6.0 })];

    private static Tensor Weight(string name, long[] shape, Generator generator)
    {
        if (name.Contains("norm.weight"))
            return ones(shape);
        if (name.EndsWith("bias", StringComparison.Ordinal))
            return zeros(shape);
        return empty(shape, float32).normal_(0, name.Contains("embeddings") ? 1 : 0.25, generator);
    }

    private static IEnumerable<(string Name, long[] Shape)> Shapes(int vocabularySize)
    {
        yield return ("embeddings.word_embeddings.weight", [vocabularySize, Embedding]);
        yield return ("embeddings.timescales", [Embedding / 2]);
        foreach (var (layer, width) in new[] { Embedding, Hidden }.Index())
        {
            var prefix = $"encoder.layer.{layer}";
            yield return ($"{prefix}.attention_norm.weight", [width]);
            yield return ($"{prefix}.attention_norm.bias", [width]);
            foreach (var projection in (string[])["query", "key", "value", "output"])
            {
                var outputs = projection == "output" ? Hidden : width;
                yield return ($"{prefix}.attention.{projection}.weight", [outputs, width]);
                yield return ($"{prefix}.attention.{projection}.bias", [outputs]);
            }
            if (layer == 0)
            {
                yield return ($"{prefix}.residual.weight", [Hidden, width]);
                yield return ($"{prefix}.residual.bias", [Hidden]);
            }
            yield return ($"{prefix}.feed_forward_norm.weight", [Hidden]);
            yield return ($"{prefix}.feed_forward_norm.bias", [Hidden]);
            yield return ($"{prefix}.intermediate.weight", [Intermediate, Hidden]);
            yield return ($"{prefix}.intermediate.bias", [Intermediate]);
            yield return ($"{prefix}.output.weight", [Hidden, Intermediate]);
            yield return ($"{prefix}.output.bias", [Hidden]);
        }
        yield return ("pooler.dense.weight", [Hidden, Hidden]);
        yield return ("pooler.dense.bias", [Hidden]);
    }

    private static void WriteJson(string name, object content) =>
        File.WriteAllText(Path.Combine(Directory, name), JsonSerializer.Serialize(content));
}
