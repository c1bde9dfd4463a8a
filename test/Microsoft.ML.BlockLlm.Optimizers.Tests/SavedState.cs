using TorchSharp.Modules;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

internal static class SavedState
{
    /// <summary>Saves the state of one optimizer and loads it into another.</summary>
    public static void Copy(OptimizerHelper from, OptimizerHelper to) => Load(Save(from), to);

    /// <summary>
    /// Holds a run to an uninterrupted one, bit by bit. Every step of it starts from a saved state, so that every phase is saved once.
    /// </summary>
    public static void AssertExactResume(Func<Mlp> createModel, Func<Mlp, NamedParameterOptimizer> createOptimizer)
    {
        using var whole = createModel();
        using var wholeOptimizer = createOptimizer(whole);
        using var resumed = createModel();
        var resumedOptimizer = createOptimizer(resumed);
        for (int step = 0; step < 30; step++)
        {
            whole.PlainStep(wholeOptimizer, step);
            resumed.PlainStep(resumedOptimizer, step);
            byte[] state = Save(resumedOptimizer);
            resumedOptimizer.Dispose();
            resumedOptimizer = createOptimizer(resumed);
            Load(state, resumedOptimizer);
        }

        CollectionAssert.AreEqual(Save(wholeOptimizer), Save(resumedOptimizer));
        WeightAssert.AreSameBits(whole.Weights(), resumed.Weights());
        resumedOptimizer.Dispose();
    }

    /// <summary>Holds an optimizer to refusing the state of another, and to staying as it was.</summary>
    public static void AssertRefused(NamedParameterOptimizer saved, NamedParameterOptimizer optimizer, string message)
    {
        byte[] before = SaveWhole(optimizer);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => LoadWhole(SaveWhole(saved), optimizer));

        StringAssert.Contains(error.Message, message);
        CollectionAssert.AreEqual(before, SaveWhole(optimizer));
    }

    public static byte[] Save(OptimizerHelper optimizer)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        optimizer.save_state_dict(writer);
        writer.Flush();
        return stream.ToArray();
    }

    public static void Load(byte[] state, OptimizerHelper optimizer)
    {
        using var reader = new BinaryReader(new MemoryStream(state));
        optimizer.load_state_dict(reader);
    }

    /// <summary>The state without the hyperparameters, which TorchSharp saves before it.</summary>
    public static byte[] SaveWhole(NamedParameterOptimizer optimizer)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        optimizer.state_dict().State.Single().SaveStateDict(writer);
        return stream.ToArray();
    }

    public static void LoadWhole(byte[] state, NamedParameterOptimizer optimizer)
    {
        using var reader = new BinaryReader(new MemoryStream(state));
        optimizer.state_dict().State.Single().LoadStateDict(reader);
    }
}
