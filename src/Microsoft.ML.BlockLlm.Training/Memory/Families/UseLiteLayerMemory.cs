using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>A layer of the Universal Sentence Encoder lite: normalisation, attention, normalisation, feed-forward block.</summary>
internal sealed class UseLiteLayerMemory(string name, UseLiteConfig config, long width) : StageMemory(name, [.. ParametersOf(name, config, width)])
{
    public override ActivationMemory Activations(BatchShape batch, Func<string, bool> isTrained, long numberSize)
    {
        var tokens = batch.Tokens;
        var (inputs, hidden, feedForward) = (tokens * width, tokens * config.HiddenSize, tokens * config.IntermediateSize);
        var attention = AttentionMemory.Of(batch, config.HeadCount, width);

        // Normalisation keeps mean and deviation; a projection keeps its input for its weight.
        var first = new LayerHalf(
            (2 * tokens) + QueryKeyValueInput(isTrained, inputs) + attention.Saved + If(isTrained, "attention.output", inputs),
            (3 * inputs) + attention.Forward,
            attention.Backward + hidden);
        // The rectifier keeps what it gives.
        var second = new LayerHalf(
            hidden + (2 * tokens) + If(isTrained, "intermediate", hidden) + feedForward,
            (2 * hidden) + (width == config.HiddenSize ? 0 : hidden) + feedForward,
            2 * feedForward);
        return LayerHalf.Layer(numberSize, hidden, first, second);
    }

    private long QueryKeyValueInput(Func<string, bool> isTrained, long size) =>
        Math.Max(If(isTrained, "attention.query", size), Math.Max(If(isTrained, "attention.key", size), If(isTrained, "attention.value", size)));

    private static IEnumerable<ParameterSize> ParametersOf(string name, UseLiteConfig config, long width)
    {
        var hidden = config.HiddenSize;
        return
        [
            new($"{name}.attention_norm.weight", width),
            new($"{name}.attention_norm.bias", width),
            .. Linear($"{name}.attention.query", width, width, hasBias: true),
            .. Linear($"{name}.attention.key", width, width, hasBias: true),
            .. Linear($"{name}.attention.value", width, width, hasBias: true),
            .. Linear($"{name}.attention.output", width, hidden, hasBias: true),
            .. width == hidden ? [] : Linear($"{name}.residual", width, hidden, hasBias: true),
            new($"{name}.feed_forward_norm.weight", hidden),
            new($"{name}.feed_forward_norm.bias", hidden),
            .. Linear($"{name}.intermediate", hidden, config.IntermediateSize, hasBias: true),
            .. Linear($"{name}.output", config.IntermediateSize, hidden, hasBias: true),
        ];
    }
}
