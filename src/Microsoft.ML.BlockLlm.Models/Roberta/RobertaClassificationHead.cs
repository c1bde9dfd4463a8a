using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>RoBERTa's head: a dense layer with tanh and a linear one, with dropout before each. Features <c>[batch, hidden]</c> to logits <c>[batch, classes]</c>.</summary>
internal sealed class RobertaClassificationHead : Stage
{
    private readonly Linear dense;
    private readonly Linear out_proj;
    private readonly double _dropout;

    public RobertaClassificationHead(ParameterSource source, int featureCount, ClassifierShape shape) : base(nameof(RobertaClassificationHead))
    {
        dense = new Linear(source.Under(nameof(dense)), featureCount, featureCount);
        out_proj = new Linear(source.Under(nameof(out_proj)), featureCount, shape.ClassCount);
        _dropout = shape.Dropout;
        register_module(nameof(dense), dense);
        register_module(nameof(out_proj), out_proj);
    }

    public override Tensor forward(Tensor input, TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        var hidden = dense.forward(Drop(input)).tanh();
        return out_proj.forward(Drop(hidden)).MoveToOuterDisposeScope();
    }

    private Tensor Drop(Tensor features) => nn.functional.dropout(features, _dropout, training);
}
