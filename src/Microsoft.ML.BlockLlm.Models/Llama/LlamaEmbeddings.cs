using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The token embedding; positions enter in the attention: <c>[batch, tokens, hidden]</c>.</summary>
internal sealed class LlamaEmbeddings : Stage
{
    private readonly Embedding embed_tokens;

    public LlamaEmbeddings(Embedding tokens) : base(nameof(LlamaEmbeddings))
    {
        embed_tokens = tokens;
        register_module(nameof(embed_tokens), embed_tokens);
    }

    public override Tensor forward(Tensor input, TokenBatch batch) => embed_tokens.forward(batch.InputIds);
}
