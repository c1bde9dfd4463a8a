using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm;

/// <summary>The method that a trainer's options add up to: a method, or the options of BlockLLM alone, and what the short options say, which win.</summary>
internal readonly record struct MethodChoice
{
    private static readonly BlockLlmMethod s_default = (BlockLlmMethod)TrainingMethod.BlockLlm();

    /// <summary>What the option of this name says; null if it is not set, and likewise below.</summary>
    public TrainingMethod? Method { get; init; }

    public BlockLlmOptimizerOptions? Optimizer { get; init; }

    public double? Sparsity { get; init; }

    public double? LearningRate { get; init; }

    /// <summary>The options of BlockLLM; those by default where another method is chosen.</summary>
    public BlockLlmOptimizerOptions BlockLlm
    {
        get
        {
            var options = Optimizer ?? (Method as BlockLlmMethod ?? s_default).Options;
            return options with { Sparsity = Sparsity ?? options.Sparsity, LearningRate = LearningRate ?? options.LearningRate };
        }
    }

    /// <summary>The method with all that was set.</summary>
    public TrainingMethod Chosen => IsBlockLlm
        ? TrainingMethod.BlockLlm(BlockLlm)
        : LearningRate is { } learningRate ? Method! with { LearningRate = learningRate } : Method!;

    private bool IsBlockLlm => Method is null or BlockLlmMethod;

    /// <summary>Refuses options of BlockLLM beside another method, and those that are given in two places.</summary>
    /// <exception cref="ArgumentException">There are some.</exception>
    public void Check()
    {
        if (Method is BlockLlmMethod && Optimizer is not null)
            throw new ArgumentException("Method and Optimizer both give options of BlockLLM, and only one of them can hold. Give all in one place: Optimizer = options, or Method = TrainingMethod.BlockLlm(options).", nameof(Optimizer));
        if (IsBlockLlm)
            return;
        if (Optimizer is not null)
            throw new ArgumentException($"Method is {Method!.Name}, and Optimizer has options of BlockLLM. Leave Optimizer out, and give {Method.Name} its options where it is made, as in TrainingMethod.{Method.Name}(options).", nameof(Optimizer));
        if (Sparsity is not null)
            throw new ArgumentException($"Method is {Method!.Name}, which has no Sparsity: it is an option of BlockLLM. Leave Sparsity out.", nameof(Sparsity));
    }

    /// <summary>Refuses what a method that trains adapters has no use for.</summary>
    /// <param name="isPretrained">Whether the model has weights that were trained before.</param>
    /// <param name="freezesEmbeddings">Whether the options freeze the embeddings; null if they leave that open.</param>
    /// <exception cref="ArgumentException">The model is new, or its embeddings are to be trained.</exception>
    public void CheckAdapters(bool isPretrained, bool? freezesEmbeddings)
    {
        if (!Chosen.TrainsAdapters)
            return;
        if (!isPretrained)
            throw new ArgumentException($"Method is {Chosen.Name}, which keeps the model's weights and trains adapters to them, but the weights of a new model are random. Start from a pretrained model, or choose a method that trains weights.", nameof(Method));
        if (freezesEmbeddings == false)
            throw new ArgumentException($"FreezeEmbeddings is false, but Method is {Chosen.Name}, which trains adapters and no embeddings. Leave FreezeEmbeddings out, or choose a method that trains weights.", nameof(Method));
    }

    /// <summary>Makes a model ready for the method, with a seed for what it draws, and passes on what it warns of.</summary>
    /// <param name="model">The model.</param>
    /// <param name="roles">Which of its parameters are special.</param>
    /// <param name="seed">The seed of the training.</param>
    /// <param name="channel">Takes the warnings.</param>
    /// <returns>The method, seeded.</returns>
    public TrainingMethod Prepare(StagedModel model, ParameterRoles roles, int seed, IChannel channel)
    {
        var method = Chosen.WithSeed(seed);
        foreach (var warning in method.Warnings(model, roles))
            channel.Warning(MessageSensitivity.None, warning);
        using var generator = new Generator((ulong)seed);
        method.Prepare(model, roles, generator);
        return method;
    }
}
