using Microsoft.ML.BlockLlm.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>A language model whose head runs on seven tokens at a time.</summary>
[TestClass]
public sealed class HeadInPartsTests
{
    private const int Vocabulary = 30;
    private const long MaxLogits = 7 * Vocabulary;

    [TestMethod]
    [DataRow(false, 0)]
    [DataRow(true, 0)]
    [DataRow(true, 99)]
    public void Loss_and_gradients_are_those_of_the_head_in_one(bool tied, int recomputedStages)
    {
        using var model = NewModel(tied);
        using var batch = NewBatch();

        using var whole = new Pass(new StageEngine(model), batch, _ => true);
        using var parts = new Pass(new StageEngine(model, Recompute.Lowest(recomputedStages), MaxLogits), batch, _ => true);

        Assert.AreEqual(whole.Loss, parts.Loss, 1e-6);
        Assert.AreEqual(model.parameters().Count(), parts.Gradients.Count);
        foreach (var (parameter, gradient) in whole.Gradients)
        {
            using var scope = NewDisposeScope();
            var (difference, size) = ((parts.Gradients[parameter] - gradient).abs().max().item<float>(), gradient.abs().max().item<float>());
            Assert.IsTrue(size > 0 && difference <= 1e-5 * size, $"The gradient is off by {difference / size:g3} of its largest entry.");
        }
    }

    [TestMethod]
    public void With_only_the_head_active_there_are_only_its_gradients()
    {
        using var model = NewModel(tied: false);
        using var batch = NewBatch();

        var weight = model.named_parameters().Single(named => named.name == "lm_head.weight").parameter;
        using var pass = new Pass(new StageEngine(model, maxLogits: MaxLogits), batch, parameter => ReferenceEquals(parameter, weight));

        Assert.AreSame(weight, pass.Gradients.Keys.Single());
    }

    [TestMethod]
    public void Logits_never_exist_whole()
    {
        using var model = NewModel(tied: false);
        using var batch = NewBatch();
        var largest = 0L;

        new StageEngine(model, maxLogits: MaxLogits).ForwardBackward(batch, (logits, part) =>
        {
            largest = Math.Max(largest, logits.numel());
            return CrossEntropy.Loss(logits, part);
        }, _ => true, (_, _) => { });
        new StageEngine(model, maxLogits: MaxLogits).Forward(batch, (logits, _) => largest = Math.Max(largest, logits.numel()));

        Assert.AreEqual(MaxLogits, largest);
    }

    [TestMethod]
    [DataRow(MaxLogits)]
    [DataRow(long.MaxValue)]
    public void Loss_that_is_not_finite_gives_no_gradient(long maxLogits)
    {
        using var model = NewModel(tied: true);
        using var batch = NewBatch();

        var pass = new StageEngine(model, maxLogits: maxLogits).ForwardBackward(
            batch, (logits, part) => CrossEntropy.Loss(logits, part) / 0, _ => true, (_, _) => Assert.Fail("A gradient came."));

        Assert.AreEqual(double.PositiveInfinity, pass.Loss);
    }

    [TestMethod]
    [DataRow(MaxLogits)]
    [DataRow(long.MaxValue)]
    public void Cross_entropy_of_weights_that_became_infinite_gives_no_gradient(long maxLogits)
    {
        using var model = NewModel(tied: false);
        using var batch = NewBatch();
        using (no_grad())
            model.get_parameter("lm_head.weight")!.fill_(float.PositiveInfinity);

        var pass = new StageEngine(model, maxLogits: maxLogits).ForwardBackward(batch, loss: null, _ => true, (_, _) => Assert.Fail("A gradient came."));

        Assert.IsFalse(double.IsFinite(pass.Loss));
    }

    [TestMethod]
    [DataRow(MaxLogits)]
    [DataRow(long.MaxValue)]
    public void Loss_without_a_graph_is_refused(long maxLogits)
    {
        using var model = NewModel(tied: true);
        using var batch = NewBatch();
        var engine = new StageEngine(model, maxLogits: maxLogits);

        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(
            () => engine.ForwardBackward(batch, (logits, part) => CrossEntropy.Loss(logits.detach(), part), _ => true, (_, _) => { })).Message, "without a graph");
    }

    [TestMethod]
    public void A_hundred_passes_leave_no_tensor_behind()
    {
        using var model = NewModel(tied: true);
        using var batch = NewBatch();
        var engine = new StageEngine(model, maxLogits: MaxLogits);
        RunOnce();
        var before = LiveTensors.CountBeforeTest();

        for (var i = 0; i < 100; i++)
            RunOnce();

        Assert.AreEqual(before, Tensor.TotalCount);

        void RunOnce() => engine.ForwardBackward(batch, CrossEntropy.Loss, _ => true, (_, _) => { });
    }

    [TestMethod]
    public void A_receiver_that_throws_leaves_no_tensor_behind()
    {
        using var model = NewModel(tied: true);
        using var batch = NewBatch();
        var engine = new StageEngine(model, maxLogits: MaxLogits);
        engine.ForwardBackward(batch, CrossEntropy.Loss, _ => true, (_, _) => { });
        var before = LiveTensors.CountBeforeTest();

        Assert.ThrowsExactly<TimeoutException>(() =>
            engine.ForwardBackward(batch, CrossEntropy.Loss, _ => true, (_, _) => throw new TimeoutException()));

        Assert.AreEqual(before, Tensor.TotalCount);
    }

    private static CausalLanguageModel NewModel(bool tied)
    {
        manual_seed(1);
        return CausalLanguageModel.FromConfig(new LlamaConfig
        {
            VocabularySize = Vocabulary, HiddenSize = 16, LayerCount = 2, MaxTokens = 32, IntermediateSize = 24, HeadCount = 2,
            TieWordEmbeddings = tied, InitializerRange = 0.3,
        });
    }

    /// <summary>Three rows of eleven tokens; the targets of one whole part, tokens 14 to 20, and of some others do not count.</summary>
    private static TrainingBatch NewBatch()
    {
        var random = new Random(3);
        var ids = Enumerable.Range(0, 33).Select(_ => random.NextInt64(Vocabulary)).ToArray();
        var targets = Enumerable.Range(0, 33).Select(i => i is >= 14 and < 21 or 3 or 30 ? TrainingBatch.IgnoredTarget : random.NextInt64(Vocabulary)).ToArray();
        return new TrainingBatch(new TokenBatch(tensor(ids, [3, 11])), tensor(targets, [3, 11]));
    }

    /// <summary>The loss and the gradients of one pass.</summary>
    private sealed class Pass : IDisposable
    {
        public Pass(StageEngine engine, TrainingBatch batch, Func<Parameter, bool> needsGradient) => Loss = engine.ForwardBackward(
            batch, CrossEntropy.Loss, needsGradient, (parameter, gradient) => Gradients.Add(parameter, gradient.clone().DetachFromDisposeScope())).Loss;

        public double Loss { get; }

        public Dictionary<Parameter, Tensor> Gradients { get; } = new(ReferenceEqualityComparer.Instance);

        public void Dispose()
        {
            foreach (var gradient in Gradients.Values)
                gradient.Dispose();
        }
    }
}
