using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A feed-forward block whose output is gated (SwiGLU; Shazeer, 2020, arXiv 2002.05202, equation 6): <c>down(silu(gate(x)) · up(x))</c>.</summary>
internal sealed class LlamaFeedForward : nn.Module<Tensor, Tensor>
{
    private readonly Linear gate_proj;
    private readonly Linear up_proj;
    private readonly Linear down_proj;

    public LlamaFeedForward(ParameterSource source, LlamaConfig config) : base(nameof(LlamaFeedForward))
    {
        gate_proj = new Linear(source.Under(nameof(gate_proj)), config.HiddenSize, config.IntermediateSize, config.FeedForwardBias);
        up_proj = new Linear(source.Under(nameof(up_proj)), config.HiddenSize, config.IntermediateSize, config.FeedForwardBias);
        down_proj = new Linear(source.Under(nameof(down_proj)), config.IntermediateSize, config.HiddenSize, config.FeedForwardBias);
        register_module(nameof(gate_proj), gate_proj);
        register_module(nameof(up_proj), up_proj);
        register_module(nameof(down_proj), down_proj);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return down_proj.forward(nn.functional.silu(gate_proj.forward(input)) * up_proj.forward(input)).MoveToOuterDisposeScope();
    }
}
