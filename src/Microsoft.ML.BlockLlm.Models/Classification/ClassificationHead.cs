using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Dropout and a linear layer: an encoder's features to logits <c>[texts, classes]</c>.</summary>
internal sealed class ClassificationHead : Stage
{
    /// <summary>Of a feature u of the first text and v of the second, the classifier sees u, v, |u−v| and u·v.</summary>
    private const int FeaturesOfPair = 4;

    private readonly Parameter weight;
    private readonly Parameter? bias;
    private readonly ClassifierShape _shape;

    public ClassificationHead(ParameterSource source, int featureCount, ClassifierShape shape, bool hasBias = true) : base(nameof(ClassificationHead))
    {
        weight = source.TakeParameter(nameof(weight), [shape.ClassCount, shape.TextPairs ? FeaturesOfPair * featureCount : featureCount], Initial.Normal);
        bias = hasBias ? source.TakeParameter(nameof(bias), [shape.ClassCount], Initial.Zeros) : null;
        _shape = shape;
        register_parameter(nameof(weight), weight);
        if (bias is not null)
            register_parameter(nameof(bias), bias);
    }

    public override Tensor forward(Tensor input, TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        var features = nn.functional.dropout(_shape.TextPairs ? CombinePairs(input) : input, _shape.Dropout, training);
        return nn.functional.linear(features, weight, bias!).MoveToOuterDisposeScope();
    }

    // Conneau and others, 2017, arXiv 1705.02364, section 3.1.
    private static Tensor CombinePairs(Tensor features)
    {
        var halves = features.chunk(2, 0);
        var (first, second) = (halves[0], halves[1]);
        return cat([first, second, (first - second).abs(), first * second], 1);
    }
}
