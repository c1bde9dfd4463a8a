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

    /// <summary>The weights that stay in their file and are opened for each stage; null if all are in memory. The model owns them.</summary>
    public StreamedWeights? StreamedWeights { get; internal init; }

    /// <summary>Runs every stage: the output of the last one, for a classifier logits <c>[batch, classes]</c>, for a language model <c>[batch, tokens, vocabulary]</c>.</summary>
    /// <param name="input">The tokens.</param>
    /// <exception cref="InvalidOperationException">The weights are streamed, and a graph is wanted: it would outlive them. Train with the engine, or call in <c>no_grad()</c>.</exception>
    public override Tensor forward(TokenBatch input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (StreamedWeights is not null && is_grad_enabled())
        {
            throw new InvalidOperationException(
                $"The weights of {GetName()} stay in {StreamedWeights.Source}, and the graph of a plain forward pass would outlive them. Train with TrainingLoop or StageEngine, and predict in torch.no_grad().");
        }

        using var scope = NewDisposeScope();
        var hidden = input.InputIds;
        foreach (var stage in Stages)
        {
            using var weights = StreamedWeights?.Open(stage);
            hidden = stage.forward(hidden, input);
        }

        return hidden.MoveToOuterDisposeScope();
    }

    /// <summary>Moves and converts the weights. Called by <c>to</c> and its like.</summary>
    /// <exception cref="NotSupportedException">The weights are streamed.</exception>
    protected override nn.Module _to(Device device, ScalarType dtype, bool non_blocking)
    {
        RequireInMemory();
        return base._to(device, dtype, non_blocking);
    }

    /// <summary>Moves the weights. Called by <c>to</c> and its like.</summary>
    /// <exception cref="NotSupportedException">The weights are streamed.</exception>
    protected override nn.Module _to(TorchSharp.DeviceType deviceType, int deviceIndex, bool non_blocking)
    {
        RequireInMemory();
        return base._to(deviceType, deviceIndex, non_blocking);
    }

    /// <summary>Converts the weights. Called by <c>to</c> and its like.</summary>
    /// <exception cref="NotSupportedException">The weights are streamed.</exception>
    protected override nn.Module _to(ScalarType dtype, bool non_blocking)
    {
        RequireInMemory();
        return base._to(dtype, non_blocking);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            StreamedWeights?.Dispose();
        base.Dispose(disposing);
    }

    private void RequireInMemory()
    {
        if (StreamedWeights is { } streamed)
            throw new NotSupportedException($"The weights of {GetName()} stay in {streamed.Source}, so that they can be neither converted nor moved. Load the model with the dtype that is wanted, or without streaming.");
    }
}
