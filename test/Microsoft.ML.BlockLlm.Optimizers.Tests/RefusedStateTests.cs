using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>A state that is refused, at whatever byte, leaves the optimizer as it was.</summary>
[TestClass]
public class RefusedStateTests
{
    private static readonly BlockLlmOptimizerOptions s_blockLlm = new()
    {
        LearningRate = 0.02, Sparsity = 0.8, Reselection = new ReselectionRule.LossPatience(4), AlwaysActive = ["head.bias"],
    };

    public static IEnumerable<object[]> Variants =>
    [
        [s_blockLlm],
        [s_blockLlm with { Moments = MomentPrecision.EightBit }],
        [new AdamWOptimizerOptions { LearningRate = 0.02 }],
    ];

    [TestMethod]
    [DynamicData(nameof(Variants))]
    public void A_state_that_breaks_off_changes_nothing(AdamWOptimizerOptions options)
    {
        var (before, other) = (Trained(options, steps: 6), Trained(options, steps: 11));
        using var model = new Mlp();
        using var optimizer = New(model, options);
        SavedState.LoadWhole(before, optimizer);

        for (int length = 0; length < other.Length; length += 37)
        {
            Assert.IsTrue(IsRefused(other[..length], optimizer));
            CollectionAssert.AreEqual(before, SavedState.SaveWhole(optimizer), $"after {length} bytes");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Variants))]
    public void A_state_with_a_damaged_byte_is_refused_whole_or_taken_over_whole(AdamWOptimizerOptions options)
    {
        var (before, other) = (Trained(options, steps: 6), Trained(options, steps: 11));
        using var model = new Mlp();
        using var optimizer = New(model, options);
        var refused = 0;

        for (int place = 0; place < other.Length; place += 13)
        {
            SavedState.LoadWhole(before, optimizer);
            var damaged = (byte[])other.Clone();
            damaged[place] ^= 0x40;
            if (!IsRefused(damaged, optimizer))
                continue;
            refused++;
            CollectionAssert.AreEqual(before, SavedState.SaveWhole(optimizer), $"byte {place}");
        }

        Assert.IsTrue(refused > 10, $"{refused} states were refused.");
    }

    [TestMethod]
    [DynamicData(nameof(Variants))]
    public void A_refused_state_leaves_hyperparameters_alone(AdamWOptimizerOptions options)
    {
        using var model = new Mlp();
        using var optimizer = New(model, options);
        using var other = New(model, options with { LearningRate = 0.5, WeightDecay = 0.3, Beta2 = 0.9 });
        model.PlainStep(other, 0);
        var (before, state) = (SavedState.Save(optimizer), SavedState.Save(other));

        for (int length = 0; length < state.Length; length += 29)
        {
            Refuse(state[..length]);
            CollectionAssert.AreEqual(before, SavedState.Save(optimizer), $"after {length} bytes");
        }

        SavedState.Load(state, optimizer);
        CollectionAssert.AreEqual(state, SavedState.Save(optimizer));
        Assert.AreEqual(0.5, optimizer.ParamGroups.Single().LearningRate);

        void Refuse(byte[] part)
        {
            try
            {
                SavedState.Load(part, optimizer);
            }
            catch (Exception exception) when (exception is EndOfStreamException or InvalidDataException)
            {
                return;
            }

            Assert.Fail($"{part.Length} bytes were taken over.");
        }
    }

    [TestMethod]
    public void A_refused_state_of_SGD_leaves_hyperparameters_alone()
    {
        using var model = new Mlp();
        using var optimizer = new SgdOptimizer(model.Parameters, new() { LearningRate = 0.02 });
        using var other = new SgdOptimizer(model.Parameters, new() { LearningRate = 0.5, Frozen = ["head.*"] });
        var before = SavedState.Save(optimizer);

        Assert.ThrowsException<InvalidDataException>(() => SavedState.Copy(other, optimizer));
        Assert.ThrowsException<InvalidDataException>(() => optimizer.load_state_dict(other.state_dict()));

        CollectionAssert.AreEqual(before, SavedState.Save(optimizer));
    }

    [TestMethod]
    public void Moments_of_another_number_of_weights_are_refused()
    {
        using var parameter = new Parameter(zeros(5), true);
        var options = new AdamWOptimizerOptions();
        var named = new NamedParameter("weight", parameter, ParameterRole.Candidate, new AdamW.ParamGroup([], 1e-3, 0.9, 0.999, 1e-8, 0), options);
        using var slice = new AdamSlice(named, index: null);
        slice.SetMoments(1, Moment.Zeros(MomentPrecision.Full, 3, CPU, signed: true), Moment.Zeros(MomentPrecision.Full, 3, CPU, signed: false));
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        AdamSliceFormat.WriteAll(writer, [slice]);
        stream.Position = 0;
        using var reader = new BinaryReader(stream);

        var error = Assert.ThrowsException<InvalidDataException>(() => AdamSliceFormat.ReadAll(reader, _ => named));

        StringAssert.Contains(error.Message, "another type or length where Float32 [5] is due");
    }

    [TestMethod]
    public void Weights_that_have_moments_twice_are_refused()
    {
        using var parameter = new Parameter(zeros(5), true);
        var named = new NamedParameter("weight", parameter, ParameterRole.Candidate, new AdamW.ParamGroup([], 1e-3, 0.9, 0.999, 1e-8, 0), new AdamWOptimizerOptions());
        using var first = new AdamSlice(named, new CoordinateIndex(tensor(new long[] { 0, 2 }), 5));
        using var second = new AdamSlice(named, new CoordinateIndex(tensor(new long[] { 2, 3 }), 5));
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        AdamSliceFormat.WriteAll(writer, [first, second]);
        stream.Position = 0;
        using var reader = new BinaryReader(stream);

        StringAssert.Contains(Assert.ThrowsException<InvalidDataException>(() => AdamSliceFormat.ReadAll(reader, _ => named)).Message, "weights of 'weight' twice");
    }

    [TestMethod]
    public void More_active_weights_than_the_budget_are_refused()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, s_blockLlm);
        var before = SavedState.SaveWhole(optimizer);
        var wide = Trained(s_blockLlm with { Sparsity = 0.5 }, steps: 6);
        // The state begins with format, updates and precision of the moments; the budget comes next.
        BitConverter.TryWriteBytes(wide.AsSpan(sizeof(int) + sizeof(long) + sizeof(int)), optimizer.Budget);

        StringAssert.Contains(Assert.ThrowsException<InvalidDataException>(() => SavedState.LoadWhole(wide, optimizer)).Message, "more than the budget of");

        CollectionAssert.AreEqual(before, SavedState.SaveWhole(optimizer));
    }

    [TestMethod]
    public void A_state_of_fewer_parameters_is_refused()
    {
        using var model = new Mlp();
        using var optimizer = new AdamWOptimizer(model.Parameters, new AdamWOptimizerOptions());
        var part = Trained(new AdamWOptimizerOptions { Frozen = ["head.*"] }, steps: 6);

        StringAssert.Contains(Assert.ThrowsException<InvalidDataException>(() => SavedState.LoadWhole(part, optimizer)).Message, "does not have all weights of 'head.");
    }

    private static bool IsRefused(byte[] state, AdamFamilyOptimizer optimizer)
    {
        try
        {
            SavedState.LoadWhole(state, optimizer);
            return false;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }

    private static byte[] Trained(AdamWOptimizerOptions options, int steps)
    {
        using var model = new Mlp();
        using var optimizer = New(model, options);
        for (int step = 0; step < steps; step++)
            model.PlainStep(optimizer, step);
        return SavedState.SaveWhole(optimizer);
    }

    private static AdamFamilyOptimizer New(Mlp model, AdamWOptimizerOptions options) => options is BlockLlmOptimizerOptions blockLlm
        ? new BlockLlmOptimizer(model.Parameters, blockLlm)
        : new AdamWOptimizer(model.Parameters, options);
}
