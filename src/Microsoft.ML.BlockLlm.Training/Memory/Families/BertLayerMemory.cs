using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>A layer of BERT, RoBERTa or DistilBERT: attention, normalisation, feed-forward block, normalisation.</summary>
internal sealed class BertLayerMemory(string name, BertLayerShape shape) : StageMemory(name, [.. ParametersOf(name, shape)])
{
    public override ActivationMemory Activations(BatchShape batch, Func<string, bool> isTrained, long numberSize)
    {
        var tokens = batch.Tokens;
        var (hidden, feedForward) = (tokens * shape.HiddenSize, tokens * shape.IntermediateSize);
        var attention = AttentionMemory.Of(batch, shape.HeadCount, shape.HiddenSize, shape.AttentionDropout);
        // Normalisation keeps its input, mean and deviation; dropout its mask.
        var end = hidden + (2 * tokens) + (shape.HiddenDropout > 0 ? hidden : 0);
        var names = shape.Names;

        var first = new LayerHalf(
            attention.Saved + If(isTrained, names.AttentionOutput, hidden) + end,
            (3 * hidden) + attention.Forward - end,
            attention.Backward + hidden - end);
        // What the activation gives is kept for the weight after it, where the activation itself does not keep it.
        var saved = ActivationFunctionMemory.Saved(shape.HiddenActivation, feedForward);
        var kept = ActivationFunctionMemory.SavesItsOutput(shape.HiddenActivation) ? 0 : If(isTrained, names.Output, feedForward);
        var second = new LayerHalf(If(isTrained, names.Intermediate, hidden) + saved + kept + end, (2 * hidden) + feedForward - kept, feedForward + hidden);
        return LayerHalf.Layer(numberSize, hidden, first, second);
    }

    private static IEnumerable<ParameterSize> ParametersOf(string name, BertLayerShape shape)
    {
        var (hidden, names) = (shape.HiddenSize, shape.Names);
        return
        [
            .. Linear($"{name}.{names.Query}", hidden, hidden, hasBias: true),
            .. Linear($"{name}.{names.Key}", hidden, hidden, hasBias: true),
            .. Linear($"{name}.{names.Value}", hidden, hidden, hasBias: true),
            .. Linear($"{name}.{names.AttentionOutput}", hidden, hidden, hasBias: true),
            .. Norm($"{name}.{names.AttentionNorm}", hidden),
            .. Linear($"{name}.{names.Intermediate}", hidden, shape.IntermediateSize, hasBias: true),
            .. Linear($"{name}.{names.Output}", shape.IntermediateSize, hidden, hasBias: true),
            .. Norm($"{name}.{names.OutputNorm}", hidden),
        ];
    }
}

/// <summary>The sizes of such a layer, and what its modules are called.</summary>
internal sealed record BertLayerShape(
    long HiddenSize, long IntermediateSize, long HeadCount, double HiddenDropout, double AttentionDropout, string HiddenActivation, BertLayerNames Names)
{
    public static BertLayerShape Of(BertConfig config) => new(
        config.HiddenSize, config.IntermediateSize, config.HeadCount, config.HiddenDropout, config.AttentionDropout, config.HiddenActivation, BertLayerNames.Bert);

    public static BertLayerShape Of(DistilBertConfig config) => new(
        config.HiddenSize, config.IntermediateSize, config.HeadCount, config.HiddenDropout, config.AttentionDropout, config.HiddenActivation, BertLayerNames.DistilBert);
}

/// <summary>What the modules of such a layer are called.</summary>
internal sealed record BertLayerNames(
    string Query, string Key, string Value, string AttentionOutput, string AttentionNorm, string Intermediate, string Output, string OutputNorm)
{
    public static BertLayerNames Bert { get; } = new(
        "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense", "attention.output.LayerNorm",
        "intermediate.dense", "output.dense", "output.LayerNorm");

    public static BertLayerNames DistilBert { get; } = new(
        "attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin", "sa_layer_norm", "ffn.lin1", "ffn.lin2", "output_layer_norm");
}
