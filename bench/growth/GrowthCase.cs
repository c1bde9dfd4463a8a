using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;
using static TorchSharp.torch;

/// <summary>One training: a LLaMA shape, a method, a batch. BlockLLM and LoRA leave embeddings and head as they are, as with a pretrained model; AdamW trains all weights.</summary>
internal sealed record GrowthCase(LlamaConfig Config, string Method, double Sparsity, long Batch, long Length, bool BFloat16, bool Recompute)
{
    public BatchShape Shape => new(Batch, Length);

    public Recompute Recomputed => Recompute ? Microsoft.ML.BlockLlm.Training.Recompute.All : Microsoft.ML.BlockLlm.Training.Recompute.None;

    public ModelMemory Memory => ModelMemory.OfLanguageModel(Config, BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32);

    /// <summary>The method; BlockLLM selects before every other update.</summary>
    public TrainingMethod TrainingMethod => Method == "BlockLlm"
        ? TrainingMethod.BlockLlm(new BlockLlmOptimizerOptions { Sparsity = Sparsity, Reselection = new ReselectionRule.FixedPeriod(2) })
        : TrainingMethod.Named(Method);

    public ParameterRoles Roles => Method == "AdamW"
        ? ParameterRoles.None
        : new ParameterRoles { Frozen = [.. NamesIn(Memory.Stages[0]), .. NamesIn(Memory.Stages[^1]).Where(name => name == "lm_head.weight")] };

    public MemoryPlan Plan() => MemoryPlan.For(Memory, TrainingMethod.Memory(Roles), Shape, Recomputed);

    private static IEnumerable<string> NamesIn(StageMemory stage) => stage.Parameters.Select(parameter => parameter.Name);
}
