using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The dense layer with relu between DistilBERT and the classifier: <c>[batch, hidden]</c> to the same.</summary>
internal sealed class DistilBertPreClassifier : Stage
{
    private readonly Parameter weight;
    private readonly Parameter bias;

    public DistilBertPreClassifier(ParameterSource source, int featureCount) : base(nameof(DistilBertPreClassifier))
    {
        weight = source.TakeParameter(nameof(weight), [featureCount, featureCount], Initial.Normal);
        bias = source.TakeParameter(nameof(bias), [featureCount], Initial.Zeros);
        register_parameter(nameof(weight), weight);
        register_parameter(nameof(bias), bias);
    }

    public override Tensor forward(Tensor input, TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        return nn.functional.relu(nn.functional.linear(input, weight, bias)).MoveToOuterDisposeScope();
    }
}
