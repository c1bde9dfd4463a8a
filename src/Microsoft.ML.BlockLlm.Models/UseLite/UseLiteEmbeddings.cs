using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Token embeddings, scaled, plus sines and cosines of the position: <c>scale·E[id] + [sin(p·t), cos(p·t)]</c>.</summary>
internal sealed class UseLiteEmbeddings : Stage
{
    private readonly Embedding word_embeddings;
    private readonly Tensor timescales;
    private readonly UseLiteConfig _config;

    public UseLiteEmbeddings(ParameterSource source, UseLiteConfig config) : base(nameof(UseLiteEmbeddings))
    {
        word_embeddings = new Embedding(source.Under(nameof(word_embeddings)), config.VocabularySize, config.EmbeddingSize);
        timescales = source.Take(nameof(timescales), [config.EmbeddingSize / 2], Initial.Normal);
        if (timescales.dtype != float32)
            throw new ArgumentException("The Universal Sentence Encoder lite computes in float32 alone, because its stored angles need the digits. Leave dtype, or WeightType, out.");
        _config = config;
        register_module(nameof(word_embeddings), word_embeddings);
        register_buffer(nameof(timescales), timescales);
    }

    public override Tensor forward(Tensor input, TokenBatch batch)
    {
        _config.RequireTaken(batch);
        using var scope = NewDisposeScope();
        var angles = arange(batch.Length, float32, timescales.device).unsqueeze(1) * timescales;
        var positions = cat([angles.sin(), angles.cos()], 1);
        return positions.add(word_embeddings.forward(batch.InputIds), _config.EmbeddingScale).MoveToOuterDisposeScope();
    }
}
