using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>A layer of the Universal Sentence Encoder lite: normalisation, attention, normalisation, feed-forward block.</summary>
internal sealed class UseLiteLayerMemory(string name, UseLiteConfig config, long width) : StageMemory(name, [.. ParametersOf(name, config, width)])
{
    public override ActivationMemory Activations(BatchShape batch, Func<string, bool> isTrained)
    {
        var tokens = batch.Tokens;
        var (inputs, hidden, feedForward) = (tokens * width, tokens * config.HiddenSize, tokens * config.IntermediateSize);
        var scores = batch.BatchSize * config.HeadCount * batch.Length * batch.Length;

        // Normalisation keeps mean and deviation; bmm keeps its operands in its own layout.
        var attention = (2 * tokens) + QueryKeyValueInput(isTrained, inputs) + (3 * inputs) + scores + If(isTrained, "attention.output", inputs);
        var feedForwardBlock = hidden + (2 * tokens) + If(isTrained, "intermediate", hidden) + feedForward;
        var residual = width == config.HiddenSize ? 0 : hidden;
        return new ActivationMemory
        {
            Output = NumberSize * hidden,
            Saved = NumberSize * (attention + feedForwardBlock),
            Forward = NumberSize * Math.Max((4 * inputs) + (2 * hidden) + residual + feedForward, (3 * inputs) + scores - feedForwardBlock),
            // At the rectifier, then at the softmax, where what the feed-forward block kept is gone.
            Backward = NumberSize * Math.Max(2 * feedForward, (2 * scores) + (3 * inputs) + hidden - feedForwardBlock),
        };
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
