using Microsoft.ML.BlockLlm.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>Models whose weights are bfloat16, in training and after it.</summary>
[TestClass]
public sealed class WeightTypeTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"blockllm-{Guid.NewGuid():N}.zip");

    private static BlockLlmTextClassificationOptions Classification => Pipelines.Options with { Model = TinyLanguageModel.Open(), WeightType = bfloat16, Epochs = 6 };

    private static BlockLlmLanguageModelOptions LanguageModel => LanguageModels.Options with { WeightType = bfloat16 };

    [TestCleanup]
    public void DeleteFile() => File.Delete(_path);

    [TestMethod]
    public void A_classifier_learns_in_bfloat16()
    {
        using var model = Pipelines.Trainer(_ml, Classification).Fit(Pipelines.Keyed(_ml));

        Assert.AreEqual(1, _ml.MulticlassClassification.Evaluate(model.Transform(Pipelines.Keyed(_ml))).MicroAccuracy, 0.05);
    }

    [TestMethod]
    public void A_saved_classifier_is_in_bfloat16_and_scores_the_same()
    {
        using var model = Pipelines.Trainer(_ml, Classification with { Epochs = 1 }).Fit(Pipelines.Keyed(_ml));
        _ml.Model.Save(model, null, _path);
        using var loaded = (BlockLlmTextClassificationTransformer)_ml.Model.Load(_path, out _);

        DataViewAssert.SameRows(model.Transform(Pipelines.Keyed(_ml)), loaded.Transform(Pipelines.Keyed(_ml)));
        loaded.SaveAsHuggingFace(TinyModel.Directory + "-bfloat16");
        AssertStoredInBFloat16(TinyModel.Directory + "-bfloat16");
    }

    [TestMethod]
    public void A_language_model_learns_in_bfloat16()
    {
        var data = LanguageModels.Verses(_ml);
        using var model = LanguageModels.Trainer(_ml, LanguageModel with { Epochs = 3 }).Fit(data);

        Assert.IsTrue(model.TrainingSummary.Losses[^1] < model.TrainingSummary.Losses[0] - 0.5);
        Assert.IsTrue(LanguageModels.Losses(model, data).All(float.IsFinite));
    }

    [TestMethod]
    public void A_saved_language_model_is_in_bfloat16_and_measures_the_same()
    {
        var data = LanguageModels.Verses(_ml);
        using var model = LanguageModels.Trainer(_ml, LanguageModel).Fit(data);
        _ml.Model.Save(model, null, _path);
        using var loaded = (BlockLlmLanguageModelTransformer)_ml.Model.Load(_path, out _);

        CollectionAssert.AreEqual(LanguageModels.Losses(model, data), LanguageModels.Losses(loaded, data));
        loaded.SaveAsHuggingFace(TinyModel.Directory + "-bfloat16-lm");
        AssertStoredInBFloat16(TinyModel.Directory + "-bfloat16-lm");
    }

    [TestMethod]
    public void A_type_in_which_models_do_not_compute_is_refused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = Pipelines.Options with { WeightType = ScalarType.Float16 });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = LanguageModels.Options with { WeightType = ScalarType.Float64 });
    }

    [TestMethod]
    public void A_model_that_computes_in_float32_alone_says_so()
    {
        var thrown = Assert.ThrowsExactly<ArgumentException>(() => Pipelines.Trainer(_ml, Pipelines.Options with { WeightType = bfloat16 }).Fit(Pipelines.Keyed(_ml)));
        StringAssert.Contains(thrown.Message, "WeightType");
    }

    private static void AssertStoredInBFloat16(string folder) =>
        Assert.IsTrue(SafetensorsFile.Open(Path.Combine(folder, "model.safetensors")).Tensors.All(tensor => tensor.DType == ScalarType.BFloat16));
}
