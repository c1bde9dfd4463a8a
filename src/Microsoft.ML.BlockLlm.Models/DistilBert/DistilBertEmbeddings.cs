using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The sum of the embeddings of token and position, normalised: <c>[batch, tokens, hidden]</c>.</summary>
internal sealed class DistilBertEmbeddings : Stage
{
    private readonly Embedding word_embeddings;
    private readonly Embedding position_embeddings;
    private readonly LayerNorm LayerNorm;
    private readonly DistilBertConfig _config;

    public DistilBertEmbeddings(ParameterSource source, DistilBertConfig config) : base(nameof(DistilBertEmbeddings))
    {
        word_embeddings = new Embedding(source.Under(nameof(word_embeddings)), config.VocabularySize, config.HiddenSize);
        position_embeddings = new Embedding(source.Under(nameof(position_embeddings)), config.MaxTokens, config.HiddenSize);
        LayerNorm = new LayerNorm(source.Under(nameof(LayerNorm)), config.HiddenSize, DistilBertConfig.LayerNormEpsilon);
        _config = config;
        register_module(nameof(word_embeddings), word_embeddings);
        register_module(nameof(position_embeddings), position_embeddings);
        register_module(nameof(LayerNorm), LayerNorm);
    }

    public override Tensor forward(Tensor input, TokenBatch batch)
    {
        _config.RequireTaken(batch);
        using var scope = NewDisposeScope();
        var words = word_embeddings.forward(batch.InputIds);
        var positions = position_embeddings.forward(arange(batch.Length, int64, words.device));
        return nn.functional.dropout(LayerNorm.forward(words + positions), _config.HiddenDropout, training).MoveToOuterDisposeScope();
    }
}
