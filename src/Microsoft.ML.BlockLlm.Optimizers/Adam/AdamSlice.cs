using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// AdamW on some coordinates of one parameter, those that an index names or all. Its state is compact: two moments for each of its coordinates,
/// 8 bytes, or 2 as 8-bit codes; 2 bytes of index, unless it has all coordinates; 4 bytes of master weight, where there are any.
/// </summary>
internal sealed class AdamSlice(NamedParameter parameter, CoordinateIndex? index) : WeightState(parameter)
{
    private readonly CoordinateIndex? _index = index;
    private Tensor? _masters;
    private Moment? _expAvg;
    private Moment? _expAvgSq;

    /// <summary>Which coordinates of the flat parameter; null for all of them.</summary>
    public CoordinateIndex? Index => _index;

    /// <summary>Number of coordinates.</summary>
    public override long Count => _index?.Count ?? Parameter.Size;

    /// <summary>First moment; null before the first update.</summary>
    public Moment? ExpAvg => _expAvg;

    /// <summary>Second moment; null before the first update.</summary>
    public Moment? ExpAvgSq => _expAvgSq;

    /// <summary>The weights in 32-bit floats, [count], where the parameter has fewer bits; null before the first update, and where there are none.</summary>
    public Tensor? Masters => _masters;

    /// <summary>Memory that the state takes, in bytes.</summary>
    public override long StateBytes => (_index?.Bytes ?? 0) + (_expAvg?.Bytes ?? 0) + (_expAvgSq?.Bytes ?? 0) + (_masters is null ? 0 : 4 * Count);

    /// <summary>Positions in the flat parameter, int64 [count], rising; the caller's to dispose.</summary>
    public Tensor Positions() => _index?.Positions() ?? arange(Count, dtype: ScalarType.Int64, device: Parameter.Value.device);

    /// <summary>Adds the gradient of the whole parameter, flat.</summary>
    public override void Accumulate(Tensor gradient) => AccumulateCompact(OfCoordinates(gradient));

    /// <summary>The weights as the parameter stores them, [count]; the caller's to dispose. It must be open.</summary>
    public Tensor StoredWeights()
    {
        using var flat = Parameter.Flat();
        return OfCoordinates(flat);
    }

    /// <summary>Starts with moments that others have gathered, instead of none.</summary>
    public void SetMoments(long steps, Moment expAvg, Moment expAvgSq)
    {
        Steps = steps;
        _expAvg?.Dispose();
        _expAvgSq?.Dispose();
        (_expAvg, _expAvgSq) = (expAvg, expAvgSq);
    }

    /// <summary>Starts with weights in 32-bit floats, [count], that others have kept.</summary>
    public void SetMasters(Tensor masters) => Replace(ref _masters, masters);

    /// <summary>One step of AdamW with the gradient, which is forgotten. Without a gradient nothing happens, as in PyTorch.</summary>
    /// <inheritdoc/>
    public override void Update(double gradientScale, double warmup, StochasticRounding rounding)
    {
        if (Gradient is not { } whole)
            return;

        using var scope = NewDisposeScope();
        _expAvg ??= Moment.Zeros(Parameter.Moments, Count, whole.device, signed: true);
        _expAvgSq ??= Moment.Zeros(Parameter.Moments, Count, whole.device, signed: false);
        Steps++;
        if (Parameter.HasMasters && _masters is null)
            SetMasters(StoredWeights().to(ScalarType.Float32));
        ByPieces(
            (start, weights, expAvg, expAvgSq) =>
            {
                var gradient = whole.narrow(0, start, weights.numel()).to(ScalarType.Float32);
                Step(weights, gradientScale < 1 ? gradient * gradientScale : gradient, expAvg, expAvgSq, warmup);
                _expAvg.Write(start, expAvg);
                _expAvgSq.Write(start, expAvgSq);
            },
            rounding);
        DiscardGradient();
    }

    /// <summary>
    /// Steps once more along the first moment, β₁ / (1 − β₁) times as far as it is: as far as it would carry the weights if no gradient came any more. The parameter must be open.
    /// Before the first update nothing happens.
    /// </summary>
    /// <param name="rounding">Rounds weights of low precision that have no masters.</param>
    public void StepByMomentum(StochasticRounding rounding)
    {
        if (_expAvg is null)
            return;
        using var scope = NewDisposeScope();
        double beta1 = Parameter.Options.beta1!.Value;
        ByPieces((_, weights, expAvg, expAvgSq) => Advance(weights, expAvg, expAvgSq, beta1 / (1 - beta1)), rounding);
    }

    public override void ForgetMasters() => Replace(ref _masters, null);

    public override void To(Device device)
    {
        base.To(device);
        _index?.To(device);
        Move(ref _masters, device);
        _expAvg?.To(device);
        _expAvgSq?.To(device);
    }

    public override void Dispose()
    {
        base.Dispose();
        _index?.Dispose();
        Replace(ref _masters, null);
        _expAvg?.Dispose();
        _expAvgSq?.Dispose();
        (_expAvg, _expAvgSq) = (null, null);
    }

    /// <summary>What belongs to the coordinates, of what belongs to the whole parameter.</summary>
    private Tensor OfCoordinates(Tensor flat) => _index?.Gather(flat, 0, Count) ?? flat.alias();

    /// <summary>Changes weights in 32-bit floats with the moments that belong to them, piece by piece, and stores them as the parameter does.</summary>
    /// <param name="change">What changes a piece that begins at a position: weights, first and second moment, float32 [size].</param>
    /// <param name="rounding">Rounds weights of low precision that have no masters.</param>
    private void ByPieces(Action<long, Tensor, Tensor, Tensor> change, StochasticRounding rounding)
    {
        var flat = Parameter.Flat();
        long pieceSize = PieceSize;
        for (long start = 0; start < Count; start += pieceSize)
        {
            using var pieceScope = NewDisposeScope();
            long size = Math.Min(pieceSize, Count - start);
            var exact = (_masters?.narrow(0, start, size) ?? Stored()).to(ScalarType.Float32);
            change(start, exact, _expAvg!.Read(start, size), _expAvgSq!.Read(start, size));
            var updated = !Parameter.IsLowPrecision ? exact : Parameter.HasMasters ? exact.to(ScalarType.BFloat16) : rounding.Round(exact);
            if (_index is not null)
                _index.Scatter(flat, start, updated);
            else if (Parameter.IsLowPrecision)
                Stored().copy_(updated);

            Tensor Stored() => _index?.Gather(flat, start, size) ?? flat.narrow(0, start, size);
        }
    }

    /// <summary>Algorithm 2 of arXiv 1711.05101, in the order of PyTorch's operations so that the bits agree.</summary>
    private void Step(Tensor weights, Tensor gradient, Tensor expAvg, Tensor expAvgSq, double warmup)
    {
        var options = Parameter.Options;
        double beta1 = options.beta1!.Value, beta2 = options.beta2!.Value, decay = options.LearningRate!.Value * warmup * options.weight_decay!.Value;

        if (decay != 0)
            weights.mul_(1 - decay);
        expAvg.mul_(beta1).add_(gradient, alpha: 1 - beta1);
        expAvgSq.mul_(beta2).addcmul_(gradient, gradient, value: 1 - beta2);
        Advance(weights, expAvg, expAvgSq, warmup);
    }

    /// <summary>Moves weights by a multiple of the learning rate along Adam's direction m̂ / (√v̂ + ε).</summary>
    private void Advance(Tensor weights, Tensor expAvg, Tensor expAvgSq, double multiple)
    {
        var options = Parameter.Options;
        var denominator = expAvgSq.sqrt().div_(Math.Sqrt(1 - Math.Pow(options.beta2!.Value, Steps))).add_(options.eps!.Value);
        weights.addcdiv_(expAvg, denominator, value: -(options.LearningRate!.Value * multiple) / (1 - Math.Pow(options.beta1!.Value, Steps)));
    }
}
