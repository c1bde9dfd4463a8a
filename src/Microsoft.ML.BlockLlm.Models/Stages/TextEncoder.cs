using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A staged model that turns each row of a batch into one vector of features, <c>[rows, features]</c>.</summary>
public abstract class TextEncoder : StagedModel
{
    private const double MinimalLength = 1e-12;

    private protected TextEncoder(string name, int featureCount) : base(name) => FeatureCount = featureCount;

    /// <summary>How many features a row gets.</summary>
    public int FeatureCount { get; }

    /// <summary>The sentence embeddings of a batch: the features scaled to length 1, so that a dot product is a cosine similarity.</summary>
    /// <param name="batch">The tokens.</param>
    /// <returns><c>[rows, features]</c>; the caller disposes it.</returns>
    public Tensor Embed(TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        var features = forward(batch);
        var length = (features * features).sum(-1, keepdim: true).sqrt().clamp_min(MinimalLength);
        return (features / length).MoveToOuterDisposeScope();
    }
}
