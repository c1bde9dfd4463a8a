using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>Data, options and trainers of language models that many tests use.</summary>
internal static class LanguageModels
{
    public static BlockLlmLanguageModelOptions Options => new() { Model = TinyLanguageModel.Open(), BatchSize = 4, LearningRate = 0.01, Seed = 1 };

    public static BlockLlmLanguageModelTrainer Trainer(MLContext ml, BlockLlmLanguageModelOptions? options = null) =>
        ml.LanguageModeling.Trainers.BlockLlm(options ?? Options);

    public static IDataView Verses(MLContext ml, int count = 60) => ml.Data.LoadFromEnumerable(Verse.Make(count));

    public static IDataView Texts(MLContext ml, params IEnumerable<string> texts) => ml.Data.LoadFromEnumerable(texts.Select(text => new Verse { Text = text }));

    public static float[] Losses(ITransformer model, IDataView data) => [.. model.Transform(data).GetColumn<float>("Loss")];
}
