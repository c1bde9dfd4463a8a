using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The keys and values of the tokens that a decoder has seen, so that each new token costs only its own forward pass.</summary>
/// <param name="layerCount">How many layers the decoder has.</param>
/// <param name="capacity">How many tokens there is room for.</param>
internal sealed class KeyValueCache(int layerCount, long capacity) : IDisposable
{
    private readonly (Tensor Keys, Tensor Values)?[] _layers = new (Tensor, Tensor)?[layerCount];

    /// <summary>How many tokens all layers have seen.</summary>
    public long Length { get; private set; }

    /// <summary>Adds the keys and values of new tokens, <c>[batch, heads, tokens, d]</c>; returns those of all tokens, which stay the cache's.</summary>
    public (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values)
    {
        var end = Length + keys.shape[2];
        if (end > capacity)
            throw new InvalidOperationException($"The cache has room for {capacity} tokens, but {end} are to be kept.");
        var (allKeys, allValues) = _layers[layer] ??= (RoomFor(keys), RoomFor(values));
        allKeys.narrow(2, Length, keys.shape[2]).copy_(keys);
        allValues.narrow(2, Length, values.shape[2]).copy_(values);
        return (allKeys.narrow(2, 0, end), allValues.narrow(2, 0, end));
    }

    /// <summary>Counts tokens that every layer has added.</summary>
    public void Advance(long tokens) => Length += tokens;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var layer in _layers)
        {
            layer?.Keys.Dispose();
            layer?.Values.Dispose();
        }
    }

    private Tensor RoomFor(Tensor heads) =>
        empty([heads.shape[0], heads.shape[1], capacity, heads.shape[3]], heads.dtype, heads.device).DetachFromDisposeScope();
}
