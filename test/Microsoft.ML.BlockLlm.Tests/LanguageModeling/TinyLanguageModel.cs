using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>A folder with a LLaMA of some thousand random weights and a tokenizer of bytes and a few merges.</summary>
internal static class TinyLanguageModel
{
    public const int MaxTokens = 32;

    private static readonly Lazy<string> s_directory = new(Write);

    public static LlamaConfig Shape { get; } = new()
    {
        VocabularySize = 300, HiddenSize = 32, IntermediateSize = 48, LayerCount = 2, HeadCount = 4, KeyValueHeadCount = 2, MaxTokens = MaxTokens, InitializerRange = 0.1,
    };

    public static string Directory => s_directory.Value;

    public static PretrainedModel Open() => PretrainedModel.FromDirectory(Directory);

    /// <summary>Makes a copy of the folder, with another file in it.</summary>
    public static string CopyWith(string file, string content)
    {
        var copy = Directory + "-" + Guid.NewGuid().ToString("N");
        System.IO.Directory.CreateDirectory(copy);
        foreach (var path in System.IO.Directory.GetFiles(Directory))
            File.Copy(path, Path.Combine(copy, Path.GetFileName(path)));
        File.WriteAllText(Path.Combine(copy, file), content);
        return copy;
    }

    private static string Write()
    {
        var vocabulary = BpeTrainer.Train(Verse.Make(100).Select(verse => verse.Text), new BpeTrainerOptions { VocabularySize = Shape.VocabularySize });
        using var model = PretrainedModel.FromConfig(Shape with { VocabularySize = vocabulary.Size }, vocabulary, seed: 3).CreateLanguageModel();
        // Beside the other test model, so that it is deleted with it.
        var directory = TinyModel.Directory + "-llama";
        model.Save(directory);
        return directory;
    }
}
