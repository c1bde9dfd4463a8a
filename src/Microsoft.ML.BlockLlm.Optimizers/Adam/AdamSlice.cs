using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// AdamW on some coordinates of one parameter, those that an index names or all. Its state is compact: an int32 index and two
/// moments for each of its coordinates: 12 bytes, 6 with 8-bit moments; and 4 less where it has all coordinates and needs no index.
/// </summary>
internal sealed class AdamSlice(NamedParameter parameter, Tensor? index) : IDisposable
{
    private Tensor? _index = index?.DetachFromDisposeScope();
    private Tensor? _gradient;
    private Moment? _expAvg;
    private Moment? _expAvgSq;

    public NamedParameter Parameter { get; } = parameter;

    /// <summary>Positions in the flat parameter, int32 [count], rising; null for all of them.</summary>
    public Tensor? Index => _index;

    /// <summary>Number of coordinates.</summary>
    public long Count => _index?.numel() ?? Parameter.Size;

    /// <summary>Number of updates that the moments have seen: the t of Adam's bias correction.</summary>
    public long Steps { get; private set; }

    /// <summary>Sum of the gradients offered since the last update, float32 [count]; null where there was none.</summary>
    public Tensor? Gradient => _gradient;

    /// <summary>First moment; null before the first update.</summary>
    public Moment? ExpAvg => _expAvg;

    /// <summary>Second moment; null before the first update.</summary>
    public Moment? ExpAvgSq => _expAvgSq;

    /// <summary>Memory that the state takes, in bytes.</summary>
    public long StateBytes => (_index is null ? 0 : 4 * Count) + (_expAvg?.Bytes ?? 0) + (_expAvgSq?.Bytes ?? 0);

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
    public void SetMoments(long steps, Moment expAvg, Moment expAvgSq)
    {
        Steps = steps;
        _expAvg?.Dispose();
        _expAvgSq?.Dispose();
        (_expAvg, _expAvgSq) = (expAvg, expAvgSq);
    }

    /// <summary>One step of AdamW with the gradient, which is forgotten. Without a gradient nothing happens, as in PyTorch.</summary>
    /// <param name="gradientScale">What clipping multiplies the gradient by, at most 1.</param>
    public void Update(double gradientScale)
    {
        if (_gradient is null)
            return;

        using var scope = NewDisposeScope();
        _expAvg ??= Moment.Store(Parameter.Moments, zeros_like(_gradient), signed: true);
        _expAvgSq ??= Moment.Store(Parameter.Moments, zeros_like(_gradient), signed: false);
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
        _expAvg?.To(device);
        _expAvgSq?.To(device);

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
        _expAvg?.Dispose();
        _expAvgSq?.Dispose();
        (_expAvg, _expAvgSq) = (null, null);
    }

    /// <summary>Algorithm 2 of arXiv 1711.05101, in the order of PyTorch's operations so that the bits agree.</summary>
    private void Step(Tensor weights, Tensor gradient)
    {
        var options = Parameter.Options;
        double learningRate = options.LearningRate!.Value, beta1 = options.beta1!.Value, beta2 = options.beta2!.Value;

        weights.mul_(1 - learningRate * options.weight_decay!.Value);
        var expAvg = _expAvg!.Read().mul_(beta1).add_(gradient, alpha: 1 - beta1);
        var expAvgSq = _expAvgSq!.Read().mul_(beta2).addcmul_(gradient, gradient, value: 1 - beta2);
        _expAvg.Write(expAvg);
        _expAvgSq.Write(expAvgSq);

        using var denominator = expAvgSq.sqrt();
        denominator.div_(Math.Sqrt(1 - Math.Pow(beta2, Steps))).add_(options.eps!.Value);
        weights.addcdiv_(expAvg, denominator, value: -learningRate / (1 - Math.Pow(beta1, Steps)));
    }

    private static void Replace(ref Tensor? field, Tensor? value)
    {
        if (ReferenceEquals(field, value))
            return;
        field?.Dispose();
        field = value?.DetachFromDisposeScope();
    }
}
