using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>SGD treats a new head as it treats all else, where the other methods give it to AdamW.</summary>
[TestClass]
public sealed class SgdMethodTests
{
    private static readonly ParameterRoles s_roles = new() { AlwaysTrained = ["head.weight"] };

    [TestMethod]
    public void A_new_head_learns_at_the_rate_of_all_weights() => CollectionAssert.AreEqual(new[] { -0.5f, -0.5f }, Steps(TrainingMethod.Sgd(new() { LearningRate = 0.25 })));

    [TestMethod]
    public void A_group_gives_a_head_a_rate_of_its_own() =>
        CollectionAssert.AreEqual(new[] { -0.5f, -2f }, Steps(TrainingMethod.Sgd(new() { LearningRate = 0.25, Groups = [new("head.*") { LearningRate = 1 }] })));

    /// <summary>How far one update moves a weight of the encoder and one of the head, both with a gradient of 2.</summary>
    private static float[] Steps(TrainingMethod method)
    {
        using var encoder = new Parameter(zeros(2), true);
        using var head = new Parameter(zeros(2), true);
        using var optimizer = method.CreateOptimizer([("encoder.weight", encoder), ("head.weight", head)], s_roles);
        using var gradient = full([2], 2f);
        optimizer.Accumulate(encoder, gradient);
        optimizer.Accumulate(head, gradient);
        optimizer.Update(1);
        return [encoder.data<float>()[0], head.data<float>()[0]];
    }
}
