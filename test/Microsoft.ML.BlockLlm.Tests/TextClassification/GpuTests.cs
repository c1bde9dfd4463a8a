using Microsoft.ML.Runtime;

namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>How the context chooses where to compute. What a GPU itself does can only be tested where one is.</summary>
[TestClass]
public sealed class GpuTests
{
    // No machine has so many.
    private const int NoSuchGpu = 4711;

    private readonly List<string> _warnings = [];

    [TestMethod]
    public void Without_the_gpu_training_goes_on_on_the_cpu_with_a_warning()
    {
        var ml = Context(fallback: true);

        using var model = Pipelines.Trainer(ml).Fit(Pipelines.Keyed(ml));

        StringAssert.StartsWith(_warnings.Single(), $"MLContext.GpuDeviceId is {NoSuchGpu}, but ");
        StringAssert.EndsWith(_warnings.Single(), "Computing on the CPU, which is much slower.");
    }

    [TestMethod]
    public void Without_the_gpu_and_without_falling_back_training_is_refused_before_it_begins()
    {
        var ml = Context(fallback: false);

        var thrown = Assert.ThrowsExactly<InvalidOperationException>(() => Pipelines.Trainer(ml).Fit(Pipelines.Keyed(ml)));

        StringAssert.StartsWith(thrown.Message, $"MLContext.GpuDeviceId is {NoSuchGpu}, but ");
        StringAssert.Contains(thrown.Message, "or set FallbackToCpu to true");
    }

    [TestMethod]
    public void A_loaded_model_computes_where_the_context_that_loads_it_says()
    {
        var ml = new MLContext(seed: 1);
        var data = Pipelines.Keyed(ml);
        using var trained = Pipelines.Trainer(ml).Fit(data);
        using var file = new MemoryStream();
        ml.Model.Save(trained, data.Schema, file);
        file.Position = 0;

        var loaded = Context(fallback: true).Model.Load(file, out _);

        using var disposing = loaded as IDisposable;
        StringAssert.StartsWith(_warnings.Single(), $"MLContext.GpuDeviceId is {NoSuchGpu}, but ");
        CollectionAssert.AreEqual(
            Pipelines.Scores(trained, data).SelectMany(score => score).ToArray(), Pipelines.Scores(loaded, data).SelectMany(score => score).ToArray());
    }

    [TestMethod]
    public void A_context_that_names_no_gpu_computes_on_the_cpu_in_silence()
    {
        var ml = Context(fallback: false);
        ml.GpuDeviceId = null;

        using var model = Pipelines.Trainer(ml).Fit(Pipelines.Keyed(ml));

        Assert.IsEmpty(_warnings);
    }

    private MLContext Context(bool fallback)
    {
        var ml = new MLContext(seed: 1) { GpuDeviceId = NoSuchGpu, FallbackToCpu = fallback };
        ml.Log += (_, message) =>
        {
            if (message.Kind == ChannelMessageKind.Warning)
                _warnings.Add(message.RawMessage);
        };
        return ml;
    }
}
