using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>A run that was interrupted and goes on ends with the bits of one that was not: losses, weights, optimizer state and evaluations.</summary>
[TestClass]
public sealed class ResumeTests
{
    private static readonly Run s_run = new();
    private static readonly BlockLlmOptimizerOptions s_blockLlm = (BlockLlmOptimizerOptions)s_run.Optimizer;

    private static readonly Dictionary<string, Run> s_variants = new()
    {
        ["carried moments"] = s_run,
        ["reset moments"] = s_run with { Optimizer = s_blockLlm with { CarryMoments = false } },
        ["8-bit moments"] = s_run with { Optimizer = s_blockLlm with { Moments = MomentPrecision.EightBit } },
        ["bf16 with masters"] = s_run with { WeightType = ScalarType.BFloat16 },
        ["bf16 rounded stochastically"] = s_run with { WeightType = ScalarType.BFloat16, Optimizer = s_blockLlm with { LowPrecision = LowPrecision.StochasticRounding } },
        ["sampled norms"] = s_run with { Optimizer = s_blockLlm with { Norms = new GradientNormSource.SampledBlocks() } },
        ["whole blocks at random"] = s_run with { Optimizer = s_blockLlm with { MaskCoordinates = false, Sampling = BlockSampling.Random } },
        ["depth-aware with sign steps"] = s_run with { Optimizer = s_blockLlm with { DepthAware = true, SignStepRate = 0.1 } },
        ["published rule"] = s_run with { Optimizer = s_blockLlm with { Reselection = new ReselectionRule.LossPatience(3) } },
        // Of a loss that falls by less than a half over three updates: it selects every fifth time.
        ["loss plateau"] = s_run with { Optimizer = s_blockLlm with { Reselection = new ReselectionRule.LossPlateau(Patience: 3, Smoothing: 0.5, Tolerance: 0.5) } },
        ["frozen embedding, head always active"] = s_run with { Optimizer = s_blockLlm with { Frozen = ["embedding.*"], AlwaysActive = ["second.*"] } },
        ["AdamW"] = s_run with { Optimizer = new AdamWOptimizerOptions { LearningRate = 0.03, WeightDecay = 0.1, MaxGradientNorm = 0.5 } },
        ["BAdam"] = s_run with { Method = TrainingMethod.BAdam(new() { LearningRate = 0.03, Period = 3 }) },
        ["LISA"] = s_run with { Method = TrainingMethod.Lisa(new() { LearningRate = 0.03, Period = 3, ActiveLayers = 1 }) },
        ["MISA"] = s_run with { Method = TrainingMethod.Misa(new() { LearningRate = 0.03, Period = 3, ActiveShare = 0.6 }) },
        ["LoRA"] = s_run with
        {
            Method = TrainingMethod.Lora(new() { LearningRate = 0.03, Rank = 2, Dropout = 0.2, MaxGradientNorm = 0.5 }), Model = NewLanguageModel, Data = () => Samples.Texts(60),
        },
        ["SGD"] = s_run with { Method = TrainingMethod.Sgd(new() { LearningRate = 0.1, Momentum = 0.9 }) },
        ["GaLore"] = s_run with { Method = TrainingMethod.GaLore(new() { LearningRate = 0.03, Rank = 2, Period = 3 }) },
        ["Fira"] = s_run with { Method = TrainingMethod.Fira(new() { LearningRate = 0.03, Rank = 2, Period = 3, MaxGradientNorm = 0.5 }) },
        ["APOLLO"] = s_run with { Method = TrainingMethod.Apollo(new() { LearningRate = 0.03, Rank = 2, Period = 3 }) },
        ["APOLLO-Mini"] = s_run with { Method = TrainingMethod.ApolloMini(ApolloOptimizerOptions.Mini with { LearningRate = 0.003, Period = 3 }) },
        ["FRUGAL"] = s_run with { Method = TrainingMethod.Frugal(new() { LearningRate = 0.01, Density = 0.5, Period = 3 }) },
        ["FRUGAL by columns, accumulated"] = s_run with
        {
            Method = TrainingMethod.Frugal(new() { LearningRate = 0.01, Subspace = FrugalSubspace.Columns, Period = 3 }), Options = s_run.Options with { BatchSize = 4, GradientAccumulation = 2 },
        },
        ["GaLore, accumulated"] = s_run with
        {
            Method = TrainingMethod.GaLore(new() { LearningRate = 0.03, Rank = 2, Period = 3 }), Options = s_run.Options with { BatchSize = 4, GradientAccumulation = 2 },
        },
        ["accumulation"] = s_run with { Options = s_run.Options with { BatchSize = 4, GradientAccumulation = 2 } },
        ["smoothed norms"] = s_run with { Optimizer = s_blockLlm with { NormSmoothing = 0.8 } },
        ["recomputation"] = s_run with { Options = s_run.Options with { Recompute = Recompute.All } },
        ["validation and patience"] = s_run with { Options = s_run.Options with { EvaluationInterval = 3, Patience = 9 }, Validation = Samples.Data(20, seed: 6) },
        ["stream"] = s_run with { Data = Stream, Options = s_run.Options with { Epochs = 9, MaxSteps = 16 } },
    };

    private static readonly LlamaConfig s_shape = new()
    {
        VocabularySize = TiedModel.Classes, HiddenSize = 8, IntermediateSize = 12, LayerCount = 2, HeadCount = 2, KeyValueHeadCount = 1, MaxTokens = 8,
    };

    public static IEnumerable<object[]> Variants => s_variants.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Variants))]
    public void A_cancelled_run_goes_on(string variant)
    {
        var run = s_variants[variant];
        var whole = run.Train();

        // Selections are made by updates 1, 5, 9 and 13; a pass has 8 updates.
        foreach (var step in new long[] { 2, 4, 5, 8 })
        {
            using var folder = new TemporaryFolder();
            var saving = run with { Options = run.Options with { Checkpoints = new CheckpointOptions { Directory = folder.Path } } };

            var first = saving.Train(interruptAfter: step);
            var second = saving.Train();

            Assert.AreEqual(StopReason.Canceled, first.Summary.StopReason);
            Assert.AreEqual(step, first.Summary.Steps);
            Outcome.AssertSame(whole, second);
        }
    }

    [TestMethod]
    [DataRow("accumulation")]
    [DataRow("smoothed norms")]
    [DataRow("sampled norms")]
    [DataRow("depth-aware with sign steps")]
    [DataRow("GaLore")]
    [DataRow("MISA")]
    public void A_run_that_is_cancelled_amid_an_update_ends_before_the_next_batch_and_makes_the_whole_update_when_it_goes_on(string variant)
    {
        const int Batches = 3;
        // A loss with a graph, as the one that cancels: without one sums are of another order.
        var run = s_variants[variant] with
        {
            Options = s_run.Options with { BatchSize = 4, GradientAccumulation = Batches },
            Loss = (output, batch) => CrossEntropy.Loss(output, batch),
        };
        var whole = run.Train();

        // The first update makes a selection, for which some variants run a batch more, and the fifth another.
        foreach (var place in new[] { 1, 2, 3, 5, 6, 14, 15 })
        {
            using var folder = new TemporaryFolder();
            using var cancellation = new CancellationTokenSource();
            var saving = run with { Options = run.Options with { Checkpoints = new CheckpointOptions { Directory = folder.Path } } };
            var losses = 0;
            using var model = run.NewModel();

            var first = (saving with { Loss = CancelAt }).Train(model, _ => { }, cancellation.Token);

            Assert.AreEqual((StopReason.Canceled, place), (first.Summary.StopReason, losses));
            Outcome.AssertSame(whole, saving.Train());

            Tensor CancelAt(Tensor output, TrainingBatch batch)
            {
                if (++losses == place)
                    cancellation.Cancel();
                return CrossEntropy.Loss(output, batch);
            }
        }
    }

    [TestMethod]
    public void Every_method_is_among_the_variants()
    {
        var methods = s_variants.Values.Select(run => run.Method?.Name ?? (run.Optimizer is BlockLlmOptimizerOptions ? TrainingMethod.BlockLlm() : TrainingMethod.AdamW()).Name);
        CollectionAssert.IsSubsetOf(TrainingMethod.All.Select(method => method.Name).ToArray(), methods.ToArray());
    }

    [TestMethod]
    public void A_run_that_breaks_off_goes_on_from_its_last_checkpoint()
    {
        using var folder = new TemporaryFolder();
        var reports = new List<CheckpointReport>();
        var saving = s_run with { Options = s_run.Options with { Checkpoints = new CheckpointOptions { Directory = folder.Path, EveryUpdates = 3, Progress = new CheckpointReports(reports) } } };

        Assert.ThrowsExactly<TimeoutException>(() => saving.Train(crashAfter: 8));
        var resumed = saving.Train();

        Assert.AreEqual(6, reports.Single(report => report.Event == CheckpointEvent.Resumed).Step);
        Outcome.AssertSame(s_run.Train(), resumed);
    }

    [TestMethod]
    public void A_run_may_be_interrupted_after_every_update()
    {
        using var folder = new TemporaryFolder();
        var saving = s_variants["validation and patience"] with { Options = s_variants["validation and patience"].Options with { Checkpoints = new CheckpointOptions { Directory = folder.Path } } };

        for (var step = 1; step < 16; step++)
            saving.Train(interruptAfter: step);

        Outcome.AssertSame(s_variants["validation and patience"].Train(), saving.Train());
    }

    [TestMethod]
    public void Cancelling_ends_a_run_that_still_reads_its_data_on_and_leaves_its_checkpoint()
    {
        using var folder = new TemporaryFolder();
        var saving = s_run with { Options = s_run.Options with { Checkpoints = new CheckpointOptions { Directory = folder.Path } } };
        saving.Train(interruptAfter: 6);
        using var cancellation = new CancellationTokenSource();
        var batches = 0;
        var resuming = saving with
        {
            Data = () => new ExampleData<Example>(Samples.Examples(60), batch =>
            {
                if (++batches == 2)
                    cancellation.Cancel();
                return Samples.Batch(batch);
            }, example => example.TokenIds.Length),
        };

        using var model = resuming.NewModel();
        var canceled = resuming.Train(model, _ => { }, cancellation.Token);

        Assert.AreEqual((2, StopReason.Canceled, 6), (batches, canceled.Summary.StopReason, canceled.Summary.Steps));
        Assert.AreEqual(6, TrainingCheckpoint.Latest(folder.Path)!.Step);
        Outcome.AssertSame(s_run.Train(), saving.Train());
    }

    [TestMethod]
    public void A_run_that_is_complete_makes_no_more_updates()
    {
        using var folder = new TemporaryFolder();
        var saving = s_run with { Options = s_run.Options with { Checkpoints = new CheckpointOptions { Directory = folder.Path } } };
        var passes = 0;

        var first = saving.Train();
        var second = (saving with
        {
            Loss = (output, batch) =>
            {
                passes++;
                return CrossEntropy.Loss(output, batch);
            },
        }).Train();

        Assert.AreEqual(0, passes);
        Outcome.AssertSame(first, second);
        Assert.AreEqual(StopReason.Completed, second.Summary.StopReason);
    }

    [TestMethod]
    public void A_run_that_stopped_early_stays_stopped()
    {
        using var folder = new TemporaryFolder();
        var run = s_run with
        {
            Options = s_run.Options with { Epochs = 50, EvaluationInterval = 1, Patience = 3, Checkpoints = new CheckpointOptions { Directory = folder.Path } },
            Validation = Samples.Data(20, seed: 6),
        };

        var first = run.Train();
        var second = run.Train();

        Assert.AreEqual(StopReason.EarlyStopped, second.Summary.StopReason);
        Outcome.AssertSame(first, second);
    }

    [TestMethod]
    public void Checkpoints_change_no_bit_of_a_run()
    {
        using var folder = new TemporaryFolder();
        var saving = s_run with { Options = s_run.Options with { Checkpoints = new CheckpointOptions { Directory = folder.Path, EveryUpdates = 1 } } };

        Outcome.AssertSame(s_run.Train(), saving.Train());
    }

    private static CausalLanguageModel NewLanguageModel()
    {
        using var generator = new Generator(1);
        return CausalLanguageModel.FromConfig(s_shape, generator);
    }

    private static ITrainingData Stream() => new StreamingData<Example>(() => Samples.Examples(60), batch => Samples.Batch(batch), shuffleBufferSize: 16);
}
