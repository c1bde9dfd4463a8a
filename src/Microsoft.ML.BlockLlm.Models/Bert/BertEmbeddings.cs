using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The sum of the embeddings of token, segment and position (Devlin and others, 2018, figure 2), normalised: <c>[batch, tokens, hidden]</c>.</summary>
internal class BertEmbeddings : Stage
{
    private readonly Embedding word_embeddings;
    private readonly Embedding position_embeddings;
    private readonly Embedding token_type_embeddings;
    private readonly LayerNorm LayerNorm;
    private readonly BertConfig _config;

    public BertEmbeddings(ParameterSource source, BertConfig config) : base(nameof(BertEmbeddings))
    {
        var hidden = config.HiddenSize;
        word_embeddings = new Embedding(source.Under(nameof(word_embeddings)), config.VocabularySize, hidden);
        position_embeddings = new Embedding(source.Under(nameof(position_embeddings)), config.PositionCount, hidden);
        token_type_embeddings = new Embedding(source.Under(nameof(token_type_embeddings)), config.TokenTypeCount, hidden);
        LayerNorm = new LayerNorm(source.Under(nameof(LayerNorm)), hidden, config.LayerNormEpsilon);
        _config = config;
        register_module(nameof(word_embeddings), word_embeddings);
        register_module(nameof(position_embeddings), position_embeddings);
        register_module(nameof(token_type_embeddings), token_type_embeddings);
        register_module(nameof(LayerNorm), LayerNorm);
    }

    public override Tensor forward(Tensor input, TokenBatch batch)
    {
        _config.RequireTaken(batch);
        using var scope = NewDisposeScope();
        var words = word_embeddings.forward(batch.InputIds);
        var hasSegments = batch.TokenTypeIds is not null && _config.TokenTypeCount > 1;
        var segments = token_type_embeddings.forward(hasSegments ? batch.TokenTypeIds! : zeros([1], int64, words.device));
        var positions = position_embeddings.forward(PositionsOf(batch));
        var normalised = LayerNorm.forward(words + segments + positions);
        return nn.functional.dropout(normalised, _config.HiddenDropout, training).MoveToOuterDisposeScope();
    }

    /// <summary>The position of each token, <c>[tokens]</c> or <c>[batch, tokens]</c>: 0, 1, 2, …</summary>
    private protected virtual Tensor PositionsOf(TokenBatch batch) => arange(batch.Length, int64, batch.InputIds.device);
}
