using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tests;

[TestClass]
public sealed class MethodTests
{
    private static readonly BlockLlmTextClassificationOptions Valid = new() { Model = TinyModel.Open() };

    [TestMethod]
    public void The_default_is_BlockLlm_with_the_options_of_Optimizer()
    {
        Assert.AreEqual(TrainingMethod.BlockLlm(), Valid.Method);
        Assert.AreEqual(TrainingMethod.BlockLlm(new() { MaxGradientNorm = 1, Sparsity = 0.5 }), (Valid with { Sparsity = 0.5 }).Method);

        var optimizer = new BlockLlmOptimizerOptions { TakeFactor = 3 };
        Assert.AreEqual(TrainingMethod.BlockLlm(optimizer), (Valid with { Optimizer = optimizer }).Method);
    }

    [TestMethod]
    public void The_learning_rate_is_that_of_every_method()
    {
        var options = Valid with { LearningRate = 0.3, Method = TrainingMethod.AdamW(new() { LearningRate = 0.2, WeightDecay = 0.1 }) };

        Assert.AreEqual(TrainingMethod.AdamW(new() { LearningRate = 0.3, WeightDecay = 0.1 }), options.Method);
        Assert.AreEqual(0.3, options.LearningRate);
        Assert.AreEqual(0.2, (Valid with { Method = TrainingMethod.AdamW(new() { LearningRate = 0.2 }) }).LearningRate);
    }

    [TestMethod]
    public void Short_options_win_over_a_BlockLlm_that_is_given()
    {
        var options = Valid with { Sparsity = 0.5, Method = TrainingMethod.BlockLlm(new() { Sparsity = 0.7, TakeFactor = 3 }) };

        Assert.AreEqual(TrainingMethod.BlockLlm(new() { Sparsity = 0.5, TakeFactor = 3 }), options.Method);
        Assert.AreEqual(3, options.Optimizer.TakeFactor);
    }

    [TestMethod]
    public void Options_of_BlockLlm_are_refused_beside_another_method()
    {
        Refused("Method is AdamW, which has no Sparsity", Valid with { Method = TrainingMethod.AdamW(), Sparsity = 0.9 });
        Refused("Method is AdamW, and Optimizer has options of BlockLLM", Valid with { Method = TrainingMethod.AdamW(), Optimizer = new() });
    }

    [TestMethod]
    public void Options_of_BlockLlm_are_refused_in_two_places() =>
        Refused("Method and Optimizer both give options of BlockLLM", Valid with { Method = TrainingMethod.BlockLlm(new() { TakeFactor = 3 }), Optimizer = new() { TakeFactor = 4 } });

    [TestMethod]
    public void What_comes_to_nothing_on_a_model_is_a_warning_in_the_log_of_the_context() =>
        StringAssert.Contains(Warnings(TrainingMethod.Lisa()).Single(), "ActiveLayers is 2, and LISA has 2 layers to draw from");

    [TestMethod]
    public void So_are_turns_of_blocks_that_a_training_is_too_short_for()
    {
        StringAssert.Contains(Warnings(TrainingMethod.BAdam(new() { Period = 50 })).Single(), "and BAdam takes at least 51 until every block has its turn, so that some are never trained. Set its Period lower, or train for longer.");
        Assert.AreEqual(0, Warnings(TrainingMethod.AdamW()).Count);
    }

    private static List<string> Warnings(TrainingMethod method)
    {
        var ml = new MLContext(seed: 1);
        var warnings = new List<string>();
        ml.Log += (_, message) =>
        {
            if (message.Kind == Runtime.ChannelMessageKind.Warning)
                warnings.Add(message.RawMessage);
        };

        using var model = Pipelines.Trainer(ml, Pipelines.Options with { Method = method }).Fit(Pipelines.Keyed(ml, count: 12));
        return warnings;
    }

    [TestMethod]
    public void Language_models_refuse_them_too()
    {
        var options = new BlockLlmLanguageModelOptions { Model = TinyLanguageModel.Open(), Method = TrainingMethod.AdamW(), Sparsity = 0.9 };
        var error = Assert.ThrowsExactly<ArgumentException>(() => new MLContext().GetLanguageModeling().Trainers.BlockLlm(options));

        StringAssert.Contains(error.Message, "Method is AdamW, which has no Sparsity");
    }

    [TestMethod]
    public void Adapters_of_a_new_model_and_trained_embeddings_beside_adapters_are_refused()
    {
        Refused("FreezeEmbeddings is false, but Method is Lora", Valid with { Method = TrainingMethod.Lora(), FreezeEmbeddings = false });

        var options = new BlockLlmLanguageModelOptions { NewModel = TinyLanguageModel.Shape, Method = TrainingMethod.Lora() };
        var error = Assert.ThrowsExactly<ArgumentException>(() => new MLContext().GetLanguageModeling().Trainers.BlockLlm(options));
        StringAssert.Contains(error.Message, "the weights of a new model are random");
    }

    [TestMethod]
    public void A_model_that_LoRA_trained_is_saved_without_adapters_and_loads_like_any_other()
    {
        var ml = new MLContext(seed: 1);
        var data = Pipelines.Keyed(ml);

        using var model = Pipelines.Trainer(ml, Pipelines.Options with { Method = TrainingMethod.Lora() }).Fit(data);

        using var file = new MemoryStream();
        ml.Model.Save(model, data.Schema, file);
        file.Position = 0;
        var loaded = ml.Model.Load(file, out _);
        using var disposing = loaded as IDisposable;
        DataViewAssert.SameRows(model.Transform(data), loaded.Transform(data));
    }

    [TestMethod]
    public void No_method_at_all_is_refused() =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentNullException>(() => _ = Valid with { Method = null! }).Message, "leave it out for BlockLLM");

    [TestMethod]
    public void A_method_with_an_option_out_of_range_is_refused_where_it_is_made() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TrainingMethod.AdamW(new() { Beta1 = 1 }));

    private static void Refused(string message, BlockLlmTextClassificationOptions options) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new MLContext().GetTextClassification().Trainers.BlockLlm(options)).Message, message);
}
