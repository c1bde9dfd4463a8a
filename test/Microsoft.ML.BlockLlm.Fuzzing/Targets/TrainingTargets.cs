using System.Text;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>What a training leaves to go on from.</summary>
internal static class TrainingTargets
{
    private static readonly LlamaConfig s_shape = new() { VocabularySize = 16, HiddenSize = 8, IntermediateSize = 8, LayerCount = 1, HeadCount = 2, KeyValueHeadCount = 1, MaxTokens = 8 };

    public static FuzzTarget OptimizerState(string name) => State(name, model => new BlockLlmOptimizer(model.named_parameters(), Options));

    public static FuzzTarget OptimizerStateInEightBits(string name) =>
        State(name, model => new BlockLlmOptimizer(model.named_parameters(), Options with { Moments = MomentPrecision.EightBit }));

    public static FuzzTarget OptimizerStateOfAdamW(string name) => State(name, model => new AdamWOptimizer(model.named_parameters(), new AdamWOptimizerOptions()));

    public static FuzzTarget Manifest(string name)
    {
        using var trained = new TemporaryFolder();
        Train(trained.Path);
        var folder = new TemporaryFolder();
        return new FuzzTarget(name, Saved(trained.Path, name), TokenMutations.Mutate, input =>
        {
            // Changed with and without a digest that is true again, as one who tampers can make it.
            foreach (var content in (byte[][])[input, SignedCheckpoint.WithTrueDigest(input) ?? input])
            {
                File.WriteAllBytes(folder.File(name), content);
                _ = CheckpointManifest.Read(folder.Path);
            }
        })
        { IsDocumented = exception => exception is InvalidDataException or CheckpointException, Place = name, Owned = folder };
    }

    /// <summary>A whole checkpoint, as an archive, of which each file has the digest that the manifest says.</summary>
    public static FuzzTarget Checkpoint(string name)
    {
        var folder = new TemporaryFolder();
        Train(folder.Path);
        var place = CheckpointFolder.In(folder.Path)[0];
        var model = NewModel();
        var optimizer = new BlockLlmOptimizer(model.named_parameters(), Options);
        var (options, data) = (LoopOptions(new CheckpointOptions { Directory = folder.Path }), Data());
        var run = new RunDescription(model, optimizer, options, data, validation: null);
        return new FuzzTarget(name, [SignedCheckpoint.Pack(place)], ZipMutations.Mutate, Restoring(optimizer, input =>
        {
            SignedCheckpoint.Unpack(input, place);
            using var state = new TrainingState(new TrainingRecord(options, model, data.Count), new TrainingPasses(data, options), options, TorchSharp.DeviceType.CPU, streamed: null);
            using var checkpoints = new RunCheckpoints(model, optimizer, options, state, run);
            checkpoints.Resume();
            state.Passes.ReadOn(CancellationToken.None);
        }))
        {
            IsDocumented = exception => exception is CheckpointException, Place = folder.Path, FixedBytes = 16 << 20, BytesPerByte = 256,
            Owned = new Owned(optimizer, model, folder),
        };
    }

    public static FuzzTarget History(string name)
    {
        using var trained = new TemporaryFolder();
        Train(trained.Path);
        var folder = new TemporaryFolder();
        var file = HistorySegments.NameOf(1);
        return new FuzzTarget(name, Saved(trained.Path, file), TokenMutations.Mutate, input =>
        {
            File.WriteAllBytes(folder.File(file), input);
            _ = HistoryFile.Read([folder.File(file)]);
        })
        { IsDocumented = exception => exception is InvalidDataException, Place = file, BytesPerByte = 128, Owned = folder };
    }

    private static FuzzTarget State(string name, Func<CausalLanguageModel, StagewiseOptimizer> create)
    {
        var model = NewModel();
        var optimizer = create(model);
        Loop(model, optimizer, checkpoints: null);
        return new FuzzTarget(name, [Saved(optimizer)], ByteMutations.Mutate, Restoring(optimizer, input => Load(optimizer, input)))
        { IsDocumented = exception => exception is InvalidDataException, Place = "The saved state", Owned = new Owned(optimizer, model) };
    }

    /// <summary>Loads the state of before again whatever was loaded, so that the same tensors are held after each input.</summary>
    private static Action<byte[]> Restoring(StagewiseOptimizer optimizer, Action<byte[]> read)
    {
        var before = Saved(optimizer);
        Load(optimizer, before);
        return input =>
        {
            try
            {
                read(input);
            }
            finally
            {
                Load(optimizer, before);
            }
        };
    }

    private static byte[] Saved(StagewiseOptimizer optimizer)
    {
        using var state = new MemoryStream();
        using (var writer = new BinaryWriter(state, Encoding.UTF8, leaveOpen: true))
            optimizer.state_dict().State.Single().SaveStateDict(writer);
        return state.ToArray();
    }

    private static void Load(StagewiseOptimizer optimizer, byte[] state)
    {
        using var reader = new BinaryReader(new MemoryStream(state));
        optimizer.state_dict().State.Single().LoadStateDict(reader);
    }

    private static BlockLlmOptimizerOptions Options => new() { LearningRate = 0.02, Sparsity = 0.8, Reselection = new ReselectionRule.FixedPeriod(2), AlwaysActive = ["*norm*"] };

    private static CausalLanguageModel NewModel()
    {
        using var generator = new Generator(1);
        return CausalLanguageModel.FromConfig(s_shape, generator);
    }

    private static void Train(string folder)
    {
        using var model = NewModel();
        using var optimizer = new BlockLlmOptimizer(model.named_parameters(), Options);
        Loop(model, optimizer, new CheckpointOptions { Directory = folder });
        Array.ForEach(Directory.GetDirectories(folder), SignedCheckpoint.MakeReproducible);
    }

    private static void Loop(CausalLanguageModel model, StagewiseOptimizer optimizer, CheckpointOptions? checkpoints) =>
        new TrainingLoop(model, optimizer, LoopOptions(checkpoints)).Run(Data());

    private static TrainingOptions LoopOptions(CheckpointOptions? checkpoints) => new() { BatchSize = 2, Epochs = 1, Threads = 1, Checkpoints = checkpoints };

    private static ExampleData<int> Data()
    {
        return new ExampleData<int>(Enumerable.Range(0, 6).ToArray(), Batch, _ => 4);

        static TrainingBatch Batch(IReadOnlyList<int> rows)
        {
            var tokens = new TokenBatch(ones(rows.Count, 4, int64));
            return new TrainingBatch(tokens, NextTokenTargets.Of(tokens));
        }
    }

    private static byte[][] Saved(string folder, string file) =>
        [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal).Select(checkpoint => File.ReadAllBytes(Path.Combine(checkpoint, file)))];

    private sealed class Owned(params IDisposable[] all) : IDisposable
    {
        public void Dispose() => Array.ForEach(all, one => one.Dispose());
    }
}
