using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// Rotary position embedding (Su and others, 2021, arXiv 2104.09864), in the layout of Hugging Face: number i of a head turns together with
/// number i + d/2. The sines and cosines are made once for a batch and shared by all layers.
/// </summary>
internal sealed class RotaryEmbedding(LlamaConfig config)
{
    /// <summary>Whether a token turns otherwise the longer its text is, so that what was turned before must be turned anew as the text grows.</summary>
    public bool DependOnLength => config.RopeScaling?.Method == RopeScaling.Dynamic;

    /// <summary>Turns queries or keys, <c>[batch, tokens, heads, d]</c>, by their tokens' positions.</summary>
    public Tensor Apply(Tensor heads, TokenBatch batch) => Turn(heads, batch.Derived(this, tokens => CreateRotation(tokens, tokens.FirstPosition)));

    /// <summary>Turns the keys of a batch's tokens and all before them, <c>[batch, heads, tokens, d]</c>, by their positions.</summary>
    public Tensor ApplyFromStart(Tensor keys, TokenBatch batch) =>
        Turn(keys.transpose(1, 2), batch.Derived((this, nameof(ApplyFromStart)), tokens => CreateRotation(tokens, first: 0))).transpose(1, 2);

    private static Tensor Turn(Tensor heads, Rotation rotation)
    {
        var (cos, signedSin) = (rotation.Cos.to_type(heads.dtype), rotation.SignedSin.to_type(heads.dtype));
        return (heads * cos).addcmul(heads.roll(heads.shape[^1] / 2, -1), signedSin, 1);
    }

    private Rotation CreateRotation(TokenBatch batch, long first)
    {
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        var device = batch.InputIds.device;
        var positions = batch.PositionIds ?? arange(first, batch.FirstPosition + batch.Length, int64, device);
        var longest = batch.PositionIds is null ? batch.FirstPosition + batch.Length : positions.max().item<long>() + 1;
        var frequencies = tensor(RotaryFrequencies.For(config, longest), device: device);
        var angles = positions.unsqueeze(-1).to_type(float32) * frequencies;
        var factor = RotaryFrequencies.AttentionFactor(config.RopeScaling);
        var (cos, sin) = (angles.cos() * factor, angles.sin() * factor);
        return new Rotation(
            cat([cos, cos], -1).unsqueeze(-2).DetachFromDisposeScope(),
            cat([-sin, sin], -1).unsqueeze(-2).DetachFromDisposeScope());
    }

    /// <summary>Cosines and sines, <c>[tokens, 1, d]</c> or <c>[batch, tokens, 1, d]</c>; the sines of the first half have the sign with which they meet the second half.</summary>
    private sealed record Rotation(Tensor Cos, Tensor SignedSin) : IDisposable
    {
        public void Dispose()
        {
            Cos.Dispose();
            SignedSin.Dispose();
        }
    }
}
