using System.ComponentModel;
using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>The methods of <see cref="TrainingMethod"/>, as settings name them.</summary>
internal enum MethodName
{
    Blockllm,
    Adamw,
}

/// <summary>The settings of the method: which one, and what the others have beside BlockLLM's.</summary>
internal abstract record MethodSettings : OptimizerSettings
{
    [Description("How the weights are trained.")]
    public MethodName Method { get; init; }

    /// <summary>The method with its options.</summary>
    /// <exception cref="UsageException">A setting of another method is given.</exception>
    public TrainingMethod ToMethod()
    {
        OnlyForAttribute.Check(this, Method);
        return Method switch
        {
            MethodName.Adamw => TrainingMethod.AdamW(Shared(new AdamWOptimizerOptions())),
            _ => TrainingMethod.BlockLlm(ToBlockLlmOptions()),
        };
    }
}
