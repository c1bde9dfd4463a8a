using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Adam's two moments of a gradient that is not that of weights themselves: they give a direction, and what becomes of it is the method's.</summary>
internal sealed class AdamMoments(NamedParameter parameter) : IDisposable
{
    private Moment? _expAvg;
    private Moment? _expAvgSq;

    /// <summary>Memory that they take, in bytes.</summary>
    public long Bytes => (_expAvg?.Bytes ?? 0) + (_expAvgSq?.Bytes ?? 0);

    /// <summary>Takes a gradient in: m̂ / (√v̂ + ε), as AdamW steps.</summary>
    /// <param name="gradient">The gradient, float32.</param>
    /// <param name="steps">The how manieth it is, from 1.</param>
    /// <returns>The direction, of the shape of the gradient; the caller's to dispose.</returns>
    public Tensor Direction(Tensor gradient, long steps)
    {
        using var scope = NewDisposeScope();
        var options = parameter.Options;
        double beta1 = options.beta1!.Value, beta2 = options.beta2!.Value;
        long count = gradient.numel();
        _expAvg ??= Moment.Zeros(parameter.Moments, count, gradient.device, signed: true);
        _expAvgSq ??= Moment.Zeros(parameter.Moments, count, gradient.device, signed: false);

        var flat = gradient.reshape(-1);
        var (expAvg, expAvgSq) = (_expAvg.Read(), _expAvgSq.Read());
        expAvg.mul_(beta1).add_(flat, alpha: 1 - beta1);
        expAvgSq.mul_(beta2).addcmul_(flat, flat, value: 1 - beta2);
        _expAvg.Write(0, expAvg);
        _expAvgSq.Write(0, expAvgSq);
        var denominator = expAvgSq.sqrt().div_(Math.Sqrt(1 - Math.Pow(beta2, steps))).add_(options.eps!.Value);
        return expAvg.div(denominator).div_(1 - Math.Pow(beta1, steps)).view(gradient.shape).MoveToOuterDisposeScope();
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_expAvg is not null);
        _expAvg?.Save(writer);
        _expAvgSq?.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote into moments that took no gradient in yet.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="count">How many numbers a moment has.</param>
    public void Load(BinaryReader reader, long count)
    {
        if (reader.ReadBoolean())
            (_expAvg, _expAvgSq) = Moment.LoadBoth(parameter.Moments, reader, count, parameter.Value.device);
    }

    public void To(Device device)
    {
        _expAvg?.To(device);
        _expAvgSq?.To(device);
    }

    public void Dispose()
    {
        _expAvg?.Dispose();
        _expAvgSq?.Dispose();
        (_expAvg, _expAvgSq) = (null, null);
    }
}
