using System.Text.Json;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>What is in a Hugging Face folder; weights are not loaded for it.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Family">The model type.</param>
/// <param name="Layers">How many layers it has.</param>
/// <param name="HiddenSize">Width of the vectors between them.</param>
/// <param name="MaxTokens">How many tokens of a text it takes.</param>
/// <param name="VocabularySize">How many token ids there are.</param>
/// <param name="Tokenizer">What kind of tokenizer it has.</param>
/// <param name="Parameters">Weights in the files.</param>
/// <param name="Bytes">Bytes they take there.</param>
/// <param name="Tensors">The tensors in the files.</param>
/// <param name="Active">What BlockLLM would train.</param>
internal sealed record FolderInspection(
    string Folder, string Family, int Layers, int HiddenSize, int MaxTokens, int VocabularySize, string Tokenizer, long Parameters, long Bytes, IReadOnlyList<TensorLine> Tensors, ActiveWeights Active)
{
    /// <summary>Looks into a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="sparsity">Share of the weights that BlockLLM leaves alone.</param>
    /// <param name="classes">Number of classes of a classifier; null for what the model is by itself: a language model if it is a decoder, else a classifier of two.</param>
    /// <exception cref="ModelLoadException">The folder is not understood.</exception>
    public static FolderInspection Of(string folder, double sparsity, int? classes = null)
    {
        var model = PretrainedModel.FromDirectory(folder);
        var config = model.Config;
        var tensors = WeightFiles(folder)
            .SelectMany(path => SafetensorsFile.Open(path).Tensors)
            .Select(tensor => new TensorLine(tensor.Name, tensor.DType.ToString().ToLowerInvariant(), tensor.Shape, tensor.ByteCount))
            .ToList();
        return new(
            folder, config.ModelType, config.LayerCount, config.HiddenSize, config.MaxTokens, config.VocabularySize, model.Tokenizer.GetType().Name,
            tensors.Sum(tensor => tensor.Size), tensors.Sum(tensor => tensor.Bytes), tensors, ActiveWeights.Of(config, sparsity, classes));
    }

    /// <summary>The files that a model's weights come from: one, or those that its index names. Others in the folder are no part of the model.</summary>
    private static IReadOnlyList<string> WeightFiles(string folder)
    {
        var whole = Path.Combine(folder, "model.safetensors");
        if (File.Exists(whole))
            return [whole];
        using var index = JsonDocument.Parse(File.ReadAllBytes(whole + ".index.json"));
        return [.. index.RootElement.GetProperty("weight_map").EnumerateObject().Select(tensor => Path.Combine(folder, tensor.Value.GetString()!)).Distinct().Order(StringComparer.Ordinal)];
    }
}

/// <summary>A tensor in a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Bytes">Bytes that it takes.</param>
internal sealed record TensorLine(string Name, string Type, IReadOnlyList<long> Shape, long Bytes)
{
    /// <summary>How many elements it has.</summary>
    public long Size => Shape.Aggregate(1L, (product, dimension) => product * dimension);
}

/// <summary>What BlockLLM would train of a model, as the trainers set it up: embeddings frozen, a classifier's new head always active.</summary>
/// <param name="Sparsity">Share s of the candidates that an update leaves alone.</param>
/// <param name="Frozen">Weights never trained.</param>
/// <param name="AlwaysActive">Weights trained at every update, outside the budget.</param>
/// <param name="Candidates">Weights to choose from.</param>
/// <param name="Budget">How many of them are active at a time.</param>
internal sealed record ActiveWeights(double Sparsity, long Frozen, long AlwaysActive, long Candidates, long Budget)
{
    /// <summary>Counts.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="sparsity">Share s of the candidates that an update leaves alone.</param>
    /// <param name="classes">Number of classes of a classifier; null for what the model is by itself.</param>
    public static ActiveWeights Of(ModelConfig config, double sparsity, int? classes)
    {
        var isLanguageModel = classes is null && config is DecoderConfig;
        var memory = isLanguageModel ? ModelMemory.OfLanguageModel(config) : ModelMemory.OfClassifier(config, classes ?? 2);
        var roles = isLanguageModel ? TrainerDefaults.OfLanguageModel(memory, isPretrained: true) : TrainerDefaults.OfClassifier(memory);
        var options = new BlockLlmOptimizerOptions { Sparsity = sparsity, Frozen = roles.Frozen, AlwaysActive = roles.AlwaysTrained };
        var frozen = Sum(options.Freezes);
        var alwaysActive = Sum(name => !options.Freezes(name) && options.Activates(name));
        var candidates = Sum(_ => true) - frozen - alwaysActive;
        return new(sparsity, frozen, alwaysActive, candidates, options.BudgetOf(candidates));

        long Sum(Func<string, bool> belongs) => memory.Parameters.Where(parameter => belongs(parameter.Name)).Sum(parameter => parameter.Size);
    }
}
