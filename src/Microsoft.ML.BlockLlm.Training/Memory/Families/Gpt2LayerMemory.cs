using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>A GPT-2 layer: normalisation, attention, normalisation, feed-forward block.</summary>
internal sealed class Gpt2LayerMemory(string name, Gpt2Config config) : StageMemory(name, [.. ParametersOf(name, config)])
{
    public override ActivationMemory Activations(BatchShape batch, Func<string, bool> isTrained, long numberSize)
    {
        var tokens = batch.Tokens;
        var (hidden, feedForward) = (tokens * config.HiddenSize, tokens * IntermediateSize(config));
        var attention = AttentionMemory.Of(batch, config.HeadCount, config.HiddenSize, config.AttentionDropout);
        var mask = config.ResidualDropout > 0 ? hidden : 0;

        // Normalisation keeps mean and deviation; a projection keeps its input for its weight; dropout its mask.
        var first = new LayerHalf(
            (2 * tokens) + If(isTrained, "attn.c_attn", hidden) + attention.Saved + If(isTrained, "attn.c_proj", hidden) + mask,
            (3 * hidden) + attention.Forward - mask,
            attention.Backward + hidden - mask);
        var second = new LayerHalf(
            hidden + (2 * tokens) + If(isTrained, "mlp.c_fc", hidden) + ActivationFunctionMemory.Saved(config.HiddenActivation, feedForward) + If(isTrained, "mlp.c_proj", ProductInput(feedForward)) + mask,
            3 * hidden,
            2 * feedForward);
        return LayerHalf.Layer(numberSize, hidden, first, second);
    }

    private long ProductInput(long feedForward) => ActivationFunctionMemory.SavesItsOutput(config.HiddenActivation) ? 0 : feedForward;

    private static long IntermediateSize(Gpt2Config config) => config.IntermediateSize ?? (4L * config.HiddenSize);

    private static IEnumerable<ParameterSize> ParametersOf(string name, Gpt2Config config)
    {
        var hidden = config.HiddenSize;
        return
        [
            .. Norm($"{name}.ln_1", hidden),
            .. Conv1D($"{name}.attn.c_attn", hidden, 3 * hidden),
            .. Conv1D($"{name}.attn.c_proj", hidden, hidden),
            .. Norm($"{name}.ln_2", hidden),
            .. Conv1D($"{name}.mlp.c_fc", hidden, IntermediateSize(config)),
            .. Conv1D($"{name}.mlp.c_proj", IntermediateSize(config), hidden),
        ];
    }

    /// <summary>The parameters of a linear layer whose weight is [inputs, outputs].</summary>
    private static IEnumerable<ParameterSize> Conv1D(string name, long inputs, long outputs) => [ParameterSize.Matrix($"{name}.weight", inputs, outputs), new($"{name}.bias", outputs)];
}
