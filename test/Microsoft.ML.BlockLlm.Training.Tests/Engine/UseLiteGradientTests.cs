using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Setup;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

[TestClass]
public sealed class UseLiteGradientTests
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(99)]
    public void Gradients_of_a_tiny_encoder_are_those_of_a_plain_backward(int recomputedStages) =>
        RequireSameGradients(Path.Combine(AppContext.BaseDirectory, "golden", "use-lite-tiny"), recomputedStages);

    [TestMethod]
    [DataRow(0)]
    [DataRow(99)]
    public void Gradients_of_the_real_encoder_are_those_of_a_plain_backward(int recomputedStages) =>
        RequireSameGradients(RealEncoder(), recomputedStages);

    private static void RequireSameGradients(string directory, int recomputedStages)
    {
        var pretrained = PretrainedModel.FromDirectory(directory);
        var encoder = pretrained.CreateBatchEncoder();
        manual_seed(1);
        using var model = pretrained.CreateClassifier(classCount: 3);
        model.train();
        string[] texts = ["How far is it from Denver to Aspen?", "What is an atom?", "Who was Galileo?", "the fox jumped over the lazy dog"];
        using var batch = new TrainingBatch(encoder.CreateBatch([.. texts.Select(encoder.Encode)]), tensor(new long[] { 0, 1, 2, 1 }));

        PlainBackward.AssertSameGradients(model, batch, Recompute.Lowest(recomputedStages));
    }

    private static string RealEncoder()
    {
        if (!Directory.Exists(CacheFolder.UseLite))
            Assert.Inconclusive($"The encoder is not in '{CacheFolder.UseLite}'. Run: dotnet run --project eng/setup -- use-lite");
        return CacheFolder.UseLite;
    }
}
