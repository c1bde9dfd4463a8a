using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Token embedding plus a learned embedding of the position, counted over a row's tokens: <c>[batch, tokens, hidden]</c>.</summary>
internal sealed class Gpt2Embeddings : Stage
{
    private readonly Embedding wte;
    private readonly Embedding wpe;
    private readonly Gpt2Config _config;

    public Gpt2Embeddings(Embedding tokens, Embedding positions, Gpt2Config config) : base(nameof(Gpt2Embeddings))
    {
        wte = tokens;
        wpe = positions;
        _config = config;
        register_module(nameof(wte), wte);
        register_module(nameof(wpe), wpe);
    }

    public override Tensor forward(Tensor input, TokenBatch batch)
    {
        _config.RequireTaken(batch);
        using var scope = NewDisposeScope();
        var embedded = wte.forward(batch.InputIds) + wpe.forward(PositionsOf(batch));
        // Not this stage's own flag: the model has the two embeddings for children, and switches them.
        return nn.functional.dropout(embedded, _config.EmbeddingDropout, wte.training).MoveToOuterDisposeScope();
    }

    private static Tensor PositionsOf(TokenBatch batch)
    {
        if (batch.PositionIds is { } positions)
            return positions;
        return batch.AttentionMask is { } mask
            ? (mask.to_type(int64).cumsum(1) - 1).clamp(min: 0)
            : arange(batch.FirstPosition, batch.FirstPosition + batch.Length, int64, batch.InputIds.device);
    }
}
