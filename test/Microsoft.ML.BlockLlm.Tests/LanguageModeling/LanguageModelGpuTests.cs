namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>How the context chooses where a language model computes. What a GPU itself does can only be tested where one is.</summary>
[TestClass]
public sealed class LanguageModelGpuTests
{
    // No machine has so many.
    private const int NoSuchGpu = 4711;

    [TestMethod]
    public void Without_the_gpu_and_without_falling_back_training_and_loading_are_refused()
    {
        var onCpu = new MLContext(seed: 1);
        var data = LanguageModels.Verses(onCpu);
        using var model = LanguageModels.Trainer(onCpu, LanguageModels.Options with { MaxSteps = 1 }).Fit(data);
        using var file = new MemoryStream();
        onCpu.Model.Save(model, data.Schema, file);
        file.Position = 0;
        var ml = new MLContext(seed: 1) { GpuDeviceId = NoSuchGpu, FallbackToCpu = false };

        var training = Assert.ThrowsExactly<InvalidOperationException>(() => LanguageModels.Trainer(ml).Fit(data));
        var loading = Assert.Throws<Exception>(() => ml.Model.Load(file, out _));

        StringAssert.StartsWith(training.Message, $"MLContext.GpuDeviceId is {NoSuchGpu}, but ");
        StringAssert.Contains(loading.ToString(), $"MLContext.GpuDeviceId is {NoSuchGpu}, but ");
    }
}
