using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>SGD on one parameter. Its state is the momentum, 4 bytes a weight, or nothing without momentum.</summary>
internal sealed class SgdState(NamedParameter parameter) : WholeParameterState(parameter)
{
    private Tensor? _velocity;

    protected override long OwnBytes => _velocity is null ? 0 : 4 * Count;

    public override void Update(double gradientScale, double warmup, StochasticRounding rounding)
    {
        if (Gradient is not { } all)
            return;

        var options = ((SGD.ParamGroup)Parameter.Group).Options;
        double momentum = options.momentum!.Value;
        bool isFirst = _velocity is null;
        if (momentum != 0 && isFirst)
            Replace(ref _velocity, zeros(Count, dtype: ScalarType.Float32, device: all.device));
        ChangeByPieces(Step, rounding);
        Steps++;
        DiscardGradient();

        // In the order of PyTorch's operations, so that the bits agree.
        void Step(Tensor weights, long start)
        {
            var gradient = all.narrow(0, start, weights.numel()).to(ScalarType.Float32);
            if (gradientScale < 1)
                gradient = gradient * gradientScale;
            if (options.weight_decay!.Value != 0)
                gradient = gradient.add(weights, alpha: options.weight_decay.Value);
            if (momentum != 0)
            {
                var velocity = _velocity!.narrow(0, start, weights.numel());
                if (isFirst)
                    velocity.copy_(gradient);
                else
                    velocity.mul_(momentum).add_(gradient);
                gradient = options.nesterov!.Value ? gradient.add(velocity, alpha: momentum) : velocity;
            }

            weights.add_(gradient, alpha: -options.LearningRate!.Value * warmup);
        }
    }

    public override void To(Device device)
    {
        base.To(device);
        Move(ref _velocity, device);
    }

    public override void Dispose()
    {
        base.Dispose();
        Replace(ref _velocity, null);
    }

    protected override void SaveOwn(BinaryWriter writer)
    {
        writer.Write(_velocity is not null);
        _velocity?.Save(writer);
    }

    protected override void LoadOwn(BinaryReader reader)
    {
        if (reader.ReadBoolean())
            Replace(ref _velocity, AdamSliceFormat.ReadTensor(reader, ScalarType.Float32, Count, Parameter.Value.device));
    }
}
