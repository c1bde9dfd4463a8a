using Microsoft.ML.BlockLlm.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

[TestClass]
public sealed class StageEngineTests
{
    [TestMethod]
    [DataRow(0, 0.0)]
    [DataRow(99, 0.0)]
    [DataRow(0, 0.3)]
    [DataRow(2, 0.3)]
    [DataRow(99, 0.3)]
    public void Gradients_are_those_of_a_plain_backward(int recomputedStages, double dropout)
    {
        using var model = new TiedModel(dropout: dropout);
        using var batch = Samples.Batch(8);
        PlainBackward.AssertSameGradients(model, batch, Recompute.Lowest(recomputedStages));
    }

    [TestMethod]
    public void Gradients_of_two_halves_add_up_to_those_of_the_whole()
    {
        using var model = new TiedModel();
        using var whole = Samples.Batch(8);
        using var first = new TrainingBatch(new TokenBatch(whole.Tokens.InputIds.narrow(0, 0, 2)), whole.Targets.narrow(0, 0, 2));
        using var second = new TrainingBatch(new TokenBatch(whole.Tokens.InputIds.narrow(0, 2, 6)), whole.Targets.narrow(0, 2, 6));

        using var expected = GradientSum.Of(model, (whole, 1));
        using var halves = GradientSum.Of(model, (first, 0.25), (second, 0.75));

        foreach (var (parameter, gradient) in expected)
            Assert.IsTrue(halves[parameter].allclose(gradient, rtol: 1e-5, atol: 1e-7));
    }

    [TestMethod]
    public void Gradients_come_from_the_last_stage_to_the_first_and_a_shared_one_once()
    {
        using var model = new TiedModel();
        using var batch = Samples.Batch(4);
        var order = new List<Parameter>();

        Run(new StageEngine(model), batch, _ => true, (parameter, _) => order.Add(parameter));

        Parameter[] expected = [model.Second.Weight, model.Second.Bias, model.First.Weight, model.First.Bias, model.Embedding.Weight];
        CollectionAssert.AreEqual(expected.Select(NameIn(model)).ToArray(), order.Select(NameIn(model)).ToArray());
    }

    [TestMethod]
    public void Stages_below_the_first_active_one_build_no_graph()
    {
        using var model = new TiedModel();
        using var batch = Samples.Batch(4);
        var received = new List<Parameter>();

        Run(new StageEngine(model), batch, parameter => ReferenceEquals(parameter, model.Second.Bias), (parameter, _) => received.Add(parameter));

        Assert.IsFalse(model.First.BuiltGraph);
        Assert.IsTrue(model.Second.BuiltGraph);
        Assert.AreSame(model.Second.Bias, received.Single());
        Assert.IsFalse(model.Second.Weight.requires_grad);
    }

    [TestMethod]
    public void With_nothing_active_there_is_a_loss_and_no_gradient()
    {
        using var model = new TiedModel();
        using var batch = Samples.Batch(4);

        var pass = Run(new StageEngine(model), batch, _ => false, (_, _) => Assert.Fail("A gradient came."));

        Assert.IsTrue(double.IsFinite(pass.Loss));
        Assert.IsFalse(model.Second.BuiltGraph);
    }

    [TestMethod]
    public void Loss_that_is_not_finite_gives_no_gradient()
    {
        using var model = new TiedModel();
        using var batch = Samples.Batch(4);
        var engine = new StageEngine(model);

        var pass = engine.ForwardBackward(
            batch.Tokens, output => CrossEntropy.Loss(output, batch) / 0, _ => true, (_, _) => Assert.Fail("A gradient came."));

        Assert.AreEqual(double.PositiveInfinity, pass.Loss);
    }

    [TestMethod]
    public void Running_again_leaves_the_random_numbers_as_running_once_does()
    {
        using var model = new TiedModel(dropout: 0.5);
        using var batch = Samples.Batch(4);

        CollectionAssert.AreEqual(NextRandomNumbers(Recompute.None), NextRandomNumbers(Recompute.All));

        float[] NextRandomNumbers(Recompute recompute)
        {
            manual_seed(3);
            Run(new StageEngine(model, recompute), batch, _ => true, (_, _) => { });
            using var numbers = rand(4);
            return numbers.data<float>().ToArray();
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(99)]
    public void A_thousand_passes_leave_no_tensor_behind(int recomputedStages)
    {
        using var model = new TiedModel(dropout: 0.1);
        using var batch = Samples.Batch(4);
        var engine = new StageEngine(model, Recompute.Lowest(recomputedStages));
        Run(engine, batch, _ => true, (_, _) => { });
        var before = LiveTensors.CountBeforeTest();

        for (var i = 0; i < 1000; i++)
            Run(engine, batch, parameter => i % 2 == 0 || ReferenceEquals(parameter, model.Second.Bias), (_, _) => { });

        Assert.AreEqual(before, Tensor.TotalCount);
    }

    [TestMethod]
    public void Forward_gives_what_the_model_gives()
    {
        using var model = new TiedModel();
        using var batch = Samples.Batch(4);

        using var expected = model.forward(batch.Tokens);
        using var output = new StageEngine(model).Forward(batch.Tokens);

        CollectionAssert.AreEqual(expected.data<float>().ToArray(), output.data<float>().ToArray());
        Assert.IsFalse(output.requires_grad);
    }

    private static StagePass Run(StageEngine engine, TrainingBatch batch, Func<Parameter, bool> needsGradient, Action<Parameter, Tensor> receive) =>
        engine.ForwardBackward(batch.Tokens, output => CrossEntropy.Loss(output, batch), needsGradient, receive);

    private static Func<Parameter, string> NameIn(TiedModel model) =>
        parameter => model.named_parameters().Single(named => ReferenceEquals(named.parameter, parameter)).name;
}
