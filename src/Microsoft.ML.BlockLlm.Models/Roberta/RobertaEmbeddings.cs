using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The embeddings of a BERT with RoBERTa's positions: the first token of a text stands at padding id + 1, padding at the padding id.</summary>
internal sealed class RobertaEmbeddings(ParameterSource source, RobertaConfig config) : BertEmbeddings(source, config)
{
    private readonly int _paddingId = config.PaddingId;

    private protected override Tensor PositionsOf(TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        var isToken = batch.InputIds.ne(_paddingId).to_type(int64);
        return (isToken.cumsum(1) * isToken + _paddingId).MoveToOuterDisposeScope();
    }
}
