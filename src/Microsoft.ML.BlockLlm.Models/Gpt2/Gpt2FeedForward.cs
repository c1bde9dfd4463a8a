using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The feed-forward block of a layer: <c>[batch, tokens, hidden]</c> to the same.</summary>
internal sealed class Gpt2FeedForward : nn.Module<Tensor, Tensor>
{
    private readonly Conv1D c_fc;
    private readonly Conv1D c_proj;
    private readonly Gpt2Config _config;

    public Gpt2FeedForward(ParameterSource source, Gpt2Config config) : base(nameof(Gpt2FeedForward))
    {
        _config = config;
        c_fc = new Conv1D(source.Under(nameof(c_fc)), config.HiddenSize, config.IntermediateWidth);
        c_proj = new Conv1D(source.Under(nameof(c_proj)), config.IntermediateWidth, config.HiddenSize, Initial.ResidualNormal);
        register_module(nameof(c_fc), c_fc);
        register_module(nameof(c_proj), c_proj);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var activated = Activation.Apply(_config.HiddenActivation, c_fc.forward(input));
        return nn.functional.dropout(c_proj.forward(activated), _config.ResidualDropout, training).MoveToOuterDisposeScope();
    }
}
