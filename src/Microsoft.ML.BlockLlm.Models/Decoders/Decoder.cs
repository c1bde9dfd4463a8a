using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// A transformer whose tokens see only those before them, without a head: token embedding, layers and a last normalisation. As an encoder, a
/// row's features are those of its last token, which has seen all others.
/// </summary>
internal abstract class Decoder : TextEncoder
{
    private protected Decoder(string name, int hiddenSize) : base(name, hiddenSize)
    {
    }

    /// <summary>The embedding and the layers, which a language model and a classifier share.</summary>
    public abstract IReadOnlyList<Stage> Body { get; }

    /// <summary>The token embedding, whose weight may be the head's too.</summary>
    public abstract Embedding TokenEmbedding { get; }

    /// <summary>The normalisation after the last layer.</summary>
    public abstract nn.Module<Tensor, Tensor> FinalNorm { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Stage> Stages => field ??= [.. Body, new LastTokenPooler(FinalNorm)];
}
