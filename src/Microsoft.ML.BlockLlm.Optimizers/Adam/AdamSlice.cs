using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// AdamW on some coordinates of one parameter, those that an index names or all. Its state is compact: an int32 index and two
/// float32 moments for each of its coordinates, 12 bytes, and 8 where it has all coordinates and needs no index.
/// </summary>
internal sealed class AdamSlice(NamedParameter parameter, Tensor? index) : IDisposable
{
    private Tensor? _index = index?.DetachFromDisposeScope();
    private Tensor? _gradient;
    private Tensor? _expAvg;
    private Tensor? _expAvgSq;

    public NamedParameter Parameter { get; } = parameter;

    /// <summary>Positions in the flat parameter, int32 [count], rising; null for all of them.</summary>
    public Tensor? Index => _index;

    /// <summary>Number of coordinates.</summary>
    public long Count => _index?.numel() ?? Parameter.Size;

    /// <summary>Number of updates that the moments have seen: the t of Adam's bias correction.</summary>
    public long Steps { get; private set; }

    /// <summary>Sum of the gradients offered since the last update, float32 [count]; null where there was none.</summary>
    public Tensor? Gradient => _gradient;

    /// <summary>First moment, float32 [count]; null before the first update.</summary>
    public Tensor? ExpAvg => _expAvg;

    /// <summary>Second moment, float32 [count]; null before the first update.</summary>
    public Tensor? ExpAvgSq => _expAvgSq;

    /// <summary>Memory that the state takes, in bytes.</summary>
    public long StateBytes => (_index is null ? 0 : 4 * Count) + (_expAvg is null ? 0 : 8 * Count);

    /// <summary>Adds the gradient of the whole parameter, flat.</summary>
    public void Accumulate(Tensor gradient) =>
        AccumulateCompact(_index is null ? gradient.alias() : gradient.index_select(0, _index));

    /// <summary>Adds a gradient of just these coordinates and takes ownership of it; its storage may be the caller's.</summary>
    public void AccumulateCompact(Tensor gradient)
    {
        if (_gradient is null)
        {
            _gradient = gradient.DetachFromDisposeScope();
            return;
        }

        var sum = _gradient + gradient;
        gradient.Dispose();
        Replace(ref _gradient, sum);
    }

    public void DiscardGradient() => Replace(ref _gradient, null);

    /// <summary>Starts with moments that others have gathered, instead of none.</summary>
    public void SetMoments(long steps, Tensor expAvg, Tensor expAvgSq)
    {
        Steps = steps;
        Replace(ref _expAvg, expAvg);
        Replace(ref _expAvgSq, expAvgSq);
    }

    /// <summary>One step of AdamW with the gradient, which is forgotten. Without a gradient nothing happens, as in PyTorch.</summary>
    /// <param name="gradientScale">What clipping multiplies the gradient by, at most 1.</param>
    public void Update(double gradientScale)
    {
        if (_gradient is null)
            return;

        using var scope = NewDisposeScope();
        _expAvg ??= zeros_like(_gradient).DetachFromDisposeScope();
        _expAvgSq ??= zeros_like(_gradient).DetachFromDisposeScope();
        Steps++;

        var flat = Parameter.Flat();
        var gradient = gradientScale < 1 ? _gradient * gradientScale : _gradient;
        if (_index is null)
        {
            Step(flat, gradient);
        }
        else
        {
            var positions = _index.to(ScalarType.Int64);
            var weights = flat.index_select(0, positions);
            Step(weights, gradient);
            flat.index_copy_(0, positions, weights);
        }

        DiscardGradient();
    }

    /// <summary>Moves the state to a device.</summary>
    public void To(Device device)
    {
        Move(ref _index);
        Move(ref _gradient);
        Move(ref _expAvg);
        Move(ref _expAvgSq);

        void Move(ref Tensor? tensor)
        {
            if (tensor is not null)
                Replace(ref tensor, tensor.to(device));
        }
    }

    public void Dispose()
    {
        Replace(ref _index, null);
        Replace(ref _gradient, null);
        Replace(ref _expAvg, null);
        Replace(ref _expAvgSq, null);
    }

    /// <summary>Algorithm 2 of arXiv 1711.05101, in the order of PyTorch's operations so that the bits agree.</summary>
    private void Step(Tensor weights, Tensor gradient)
    {
        var options = Parameter.Options;
        double learningRate = options.LearningRate!.Value, beta1 = options.beta1!.Value, beta2 = options.beta2!.Value;

        weights.mul_(1 - learningRate * options.weight_decay!.Value);
        _expAvg!.mul_(beta1).add_(gradient, alpha: 1 - beta1);
        _expAvgSq!.mul_(beta2).addcmul_(gradient, gradient, value: 1 - beta2);

        using var denominator = _expAvgSq.sqrt();
        denominator.div_(Math.Sqrt(1 - Math.Pow(beta2, Steps))).add_(options.eps!.Value);
        weights.addcdiv_(_expAvg, denominator, value: -learningRate / (1 - Math.Pow(beta1, Steps)));
    }

    private static void Replace(ref Tensor? field, Tensor? value)
    {
        if (ReferenceEquals(field, value))
            return;
        field?.Dispose();
        field = value?.DetachFromDisposeScope();
    }
}
