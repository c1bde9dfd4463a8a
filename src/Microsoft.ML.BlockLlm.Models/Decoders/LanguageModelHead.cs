using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Normalised hidden states to logits: <c>[batch, tokens, hidden]</c> to <c>[batch, tokens, vocabulary]</c>.</summary>
internal sealed class LanguageModelHead : Stage, ITokenwiseHead
{
    private readonly nn.Module<Tensor, Tensor> norm;
    private readonly Linear? lm_head;
    private readonly Embedding? embedding;

    /// <param name="finalNorm">The decoder's last normalisation.</param>
    /// <param name="output">The head's own weight; null if it is the embedding's.</param>
    /// <param name="tiedEmbedding">The embedding whose weight is the head's; null if it has its own.</param>
    public LanguageModelHead(nn.Module<Tensor, Tensor> finalNorm, Linear? output, Embedding? tiedEmbedding) : base(nameof(LanguageModelHead))
    {
        norm = finalNorm;
        lm_head = output;
        embedding = tiedEmbedding;
        register_module(nameof(norm), norm);
        if (lm_head is not null)
            register_module(nameof(lm_head), lm_head);
        if (embedding is not null)
            register_module(nameof(embedding), embedding);
    }

    public long OutputSize => parameters().Single(parameter => parameter.dim() == 2).shape[0];

    public override Tensor forward(Tensor input, TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        var hidden = norm.forward(input);
        return (lm_head?.forward(hidden) ?? nn.functional.linear(hidden, embedding!.Weight)).MoveToOuterDisposeScope();
    }
}
