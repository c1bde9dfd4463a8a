using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A model that is a chain of <see cref="Stage"/>s: embedding, layer 1 … L, head.</summary>
/// <remarks>
/// Parameters are registered under their Hugging Face names, so that <c>named_parameters()</c> gives the names in
/// <c>model.safetensors</c>. A parameter may belong to two stages (a head tied to the embedding): both
/// register it, and <c>named_parameters()</c> gives it once.
/// </remarks>
public abstract class StagedModel : nn.Module<TokenBatch, Tensor>
{
    /// <summary>Makes a model.</summary>
    /// <param name="name">The module's name.</param>
    protected StagedModel(string name) : base(name)
    {
    }

    /// <summary>The stages in the order in which they run.</summary>
    public abstract IReadOnlyList<Stage> Stages { get; }

    /// <summary>Runs every stage: the output of the last one, for a classifier logits <c>[batch, classes]</c>, for a language model <c>[batch, tokens, vocabulary]</c>.</summary>
    /// <param name="input">The tokens.</param>
    public override Tensor forward(TokenBatch input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = NewDisposeScope();
        var hidden = input.InputIds;
        foreach (var stage in Stages)
            hidden = stage.forward(hidden, input);
        return hidden.MoveToOuterDisposeScope();
    }
}
