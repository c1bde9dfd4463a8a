using System.Text.Json;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Microsoft.ML.BlockLlm.Standins.Tests.TorchSharp;

[TestClass]
public sealed class OptimizerTests
{
    private static readonly JsonElement Expected = Golden.Read("training.json");

    private static readonly Dictionary<string, Func<Parameter[], optim.Optimizer>> Optimizers = new()
    {
        ["SGD"] = parameters => optim.SGD(parameters, 0.05, momentum: 0.9, weight_decay: 0.01),
        ["AdamW"] = parameters => optim.AdamW(parameters, 0.05, 0.8, 0.95, weight_decay: 0.1),
    };

    [TestMethod]
    [DataRow("SGD")]
    [DataRow("AdamW")]
    public void Twenty_steps_lead_where_PyTorch_goes(string name)
    {
        using var scope = NewDisposeScope();
        var expected = Expected.GetProperty("optimizers").GetProperty(name);
        var inputs = Golden.Tensors(expected.GetProperty("inputs"));
        var (x, y, weight, bias) = (inputs[0], inputs[1], nn.Parameter(inputs[2]), nn.Parameter(inputs[3]));
        using var optimizer = Optimizers[name]([weight, bias]);

        for (var step = 0; step < 20; step++)
        {
            optimizer.zero_grad();
            F.mse_loss(F.linear(x, weight, bias), y).backward();
            optimizer.step();
        }

        Golden.AssertEqual(expected.GetProperty("weight"), weight);
        Golden.AssertEqual(expected.GetProperty("bias"), bias);
    }

    [TestMethod]
    public void Learning_rates_that_fall_in_steps_are_those_of_PyTorch()
    {
        using var parameter = nn.Parameter(zeros(1));
        using var optimizer = optim.SGD([parameter], 0.1);
        var schedule = optim.lr_scheduler.StepLR(optimizer, 3, 0.5);
        List<float> rates = [];

        for (var step = 0; step < 12; step++)
        {
            rates.Add((float)optimizer.ParamGroups.Single().LearningRate);
            schedule.step();
        }

        Golden.AssertEqual(Golden.Floats(Expected.GetProperty("schedules").GetProperty("StepLR")), [.. rates], 1e-7);
    }

    [TestMethod]
    public void A_thousand_training_steps_leave_no_tensor_behind()
    {
        using var model = nn.Linear(4, 2);
        using var optimizer = optim.AdamW(model.parameters(), 1e-3);
        using var input = randn(8, 4);
        using var target = randint(0, 2, [8]);
        Train(10);
        var before = LiveTensors.Count();

        Train(1000);

        Assert.AreEqual(before, Tensor.TotalCount);

        void Train(int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                using var scope = NewDisposeScope();
                model.zero_grad();
                F.cross_entropy(model.call(input), target).backward();
                optimizer.step();
            }
        }
    }

    [TestMethod]
    public void A_saved_optimizer_goes_on_as_the_original_would()
    {
        using var scope = NewDisposeScope();
        var (left, right) = (nn.Parameter(ones(3)), nn.Parameter(ones(3)));
        using var original = optim.AdamW([left], 0.1);
        using var restored = optim.AdamW([right], 0.7);
        Step(original, left);
        using (no_grad()) right.copy_(left);
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);

        original.save_state_dict(writer);
        writer.Flush();
        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        restored.load_state_dict(reader);
        Step(original, left);
        Step(restored, right);

        Assert.IsTrue(left.allclose(right));

        static void Step(optim.Optimizer optimizer, Parameter parameter)
        {
            parameter.grad = tensor([1f, -2f, 3f]);
            optimizer.step();
        }
    }

    [TestMethod]
    public void Groups_have_learning_rates_of_their_own()
    {
        using var scope = NewDisposeScope();
        var (slow, fast) = (nn.Parameter(zeros(1)), nn.Parameter(zeros(1)));
        using var optimizer = new AdamW([new AdamW.ParamGroup([slow], lr: 0.1), new AdamW.ParamGroup([fast], lr: 0.5)]);
        slow.grad = ones(1);
        fast.grad = ones(1);

        optimizer.step();

        Assert.AreEqual(-0.1f, slow.item<float>(), 1e-5f);
        Assert.AreEqual(-0.5f, fast.item<float>(), 1e-5f);
    }
}
