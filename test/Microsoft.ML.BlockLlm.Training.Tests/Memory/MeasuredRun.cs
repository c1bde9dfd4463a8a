using System.Globalization;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>A training whose memory is measured, in a process that does nothing else.</summary>
/// <param name="Method">A name among <see cref="Methods"/>.</param>
/// <param name="WeightType">Type of the weights.</param>
/// <param name="Shape">Size of the batches.</param>
/// <param name="Recompute">What is computed twice.</param>
/// <param name="Accumulation">Batches of an update.</param>
internal sealed record MeasuredRun(string Method, ScalarType WeightType, BatchShape Shape, Recompute Recompute, int Accumulation = 1)
{
    // So many that the runtime has compiled for good what runs often, and has the memory that it needs for objects.
    private const int WarmUps = 12;

    /// <summary>The first argument of <see cref="Program"/> for it.</summary>
    public const string Mode = "measure";

    /// <summary>The methods by name.</summary>
    public static IReadOnlyDictionary<string, TrainingMethod> Methods { get; } = new Dictionary<string, TrainingMethod>
    {
        ["AdamW"] = TrainingMethod.AdamW(new()),
        ["BlockLLM"] = TrainingMethod.BlockLlm(new() { Sparsity = 0.9 }),
        ["BlockLLM over all blocks"] = TrainingMethod.BlockLlm(new() { Sparsity = 0.9, TakeFactor = 10, MaskBy = MaskCriterion.Random }),
        ["BlockLLM with sign steps"] = TrainingMethod.BlockLlm(new() { Sparsity = 0.9, TakeFactor = 10, MaskBy = MaskCriterion.Random, SignStepRate = 0.1 }),
        ["BlockLLM of the lowest layer"] = TrainingMethod.BlockLlm(new() { Sparsity = 0.9, Frozen = ["model.embed_tokens.*", .. Enumerable.Range(1, 5).Select(layer => $"model.layers.{layer}.*"), "model.norm.*", "lm_head.*"] }),
        ["BlockLLM of one layer"] = TrainingMethod.BlockLlm(new() { Sparsity = 0.99, MaskCoordinates = false, Granularity = BlockGranularity.Layer }),
        ["LoRA"] = TrainingMethod.Lora(new() { Rank = 32 }),
        ["LoRA with dropout"] = TrainingMethod.Lora(new() { Rank = 32, Dropout = 0.1 }),
        ["SGD"] = TrainingMethod.Sgd(new() { Momentum = 0.9 }),
        ["GaLore"] = TrainingMethod.GaLore(new() { Rank = 32 }),
        ["Fira"] = TrainingMethod.Fira(new() { Rank = 32 }),
        ["APOLLO"] = TrainingMethod.Apollo(new() { Rank = 32 }),
        ["APOLLO-Mini"] = TrainingMethod.ApolloMini(),
        ["FRUGAL"] = TrainingMethod.Frugal(),
        ["BAdam"] = TrainingMethod.BAdam(),
        ["LISA"] = TrainingMethod.Lisa(),
        ["LISA of all layers"] = TrainingMethod.Lisa(new() { ActiveLayers = 6 }),
        ["MISA"] = TrainingMethod.Misa(new() { ActiveShare = 0.2 }),
    };

    /// <summary>Those that train some blocks at a time.</summary>
    public static IReadOnlyList<string> BlockMethods { get; } = ["BAdam", "LISA", "MISA", "BlockLLM", "BlockLLM of one layer"];

    /// <summary>The model.</summary>
    public static LlamaConfig Config { get; } = new()
    {
        VocabularySize = 256, HiddenSize = 256, LayerCount = 6, MaxTokens = 256, IntermediateSize = 688, HeadCount = 4,
    };

    public MethodMemory Memory => Methods[Method].Memory();

    public MemoryPlan Plan() => MemoryPlan.For(ModelMemory.OfLanguageModel(Config, WeightType), Memory, Shape, Recompute, accumulates: Accumulation > 1);

    /// <summary>What it needs at its peak, the model's weights left out, in bytes; measured in a process of its own.</summary>
    public long Measure()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("The peak of a part of a process can be measured on Linux only.");
        object[] arguments = [Mode, Method, WeightType, Shape.BatchSize, Shape.Length, Recompute.Stages, Accumulation];
        return long.Parse(OwnProcess.Run([.. arguments.Select(argument => Convert.ToString(argument, CultureInfo.InvariantCulture)!)]), CultureInfo.InvariantCulture);
    }

    /// <summary>The run that the arguments of a process name.</summary>
    public static MeasuredRun Parse(string[] args) => new(
        args[1], Enum.Parse<ScalarType>(args[2]), new BatchShape(Number(args[3]), Number(args[4])), Recompute.Lowest(Number(args[5])), Number(args[6]));

    /// <summary>Runs here, and returns what it took.</summary>
    public long Run()
    {
        // Two threads would wait for each other where other programs run.
        TorchThreads.Set(1);
        using var model = CausalLanguageModel.FromConfig(Config);
        model.to(WeightType);
        Train(model, Methods[Method], new BatchShape(1, 8), WarmUps);
        WarmUpBlas();
        GC.Collect();
        NativeHeap.Set(FreedMemory.Returned);

        // Lets the system forget the peak so far, proc(5).
        File.WriteAllText("/proc/self/clear_refs", "5");
        var loaded = ProcessMemory.Resident;
        Train(model, Methods[Method], Shape, updates: 2);
        return ProcessMemory.Peak - loaded;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>The buffers of the BLAS grow with the first large product and then stay.</summary>
    private static void WarmUpBlas()
    {
        using var large = rand(2048, 2048);
        large.mm(large).Dispose();
    }

    private void Train(CausalLanguageModel model, TrainingMethod method, BatchShape shape, int updates)
    {
        method.Prepare(model, ParameterRoles.None);
        using var optimizer = method.CreateOptimizer(model.named_parameters());
        var examples = Enumerable.Range(0, updates * Accumulation * (int)shape.BatchSize).ToArray();
        var data = new ExampleData<int>(examples, Batch, _ => (int)shape.Length);
        new TrainingLoop(model, optimizer, new TrainingOptions
        {
            BatchSize = (int)shape.BatchSize, GradientAccumulation = Accumulation, Epochs = 1, Recompute = Recompute, FreedMemory = FreedMemory.Returned, Threads = 1,
        }).Run(data);
        method.Finish(model);

        TrainingBatch Batch(IReadOnlyList<int> rows)
        {
            var tokens = new TokenBatch(ones(rows.Count, shape.Length, int64));
            return new TrainingBatch(tokens, NextTokenTargets.Of(tokens));
        }
    }
}
