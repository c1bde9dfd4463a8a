using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// One matrix: AdamW on the weights that have state, w ← (1 − ηλ)·w − ρₛ·η·sign(g) on the rest, where ρₛ is <see cref="FrugalOptimizerOptions.SignStepRate"/>. Weights in 16 bits without state
/// are rounded stochastically: nothing else would keep what rounding loses.
/// </summary>
internal sealed class FrugalMatrix(NamedParameter parameter, FrugalOptimizerOptions options) : WeightState(parameter)
{
    /// <summary>The weights with state; null for none.</summary>
    public AdamSlice? StateFull { get; private set; }

    public override long StateBytes => StateFull?.StateBytes ?? 0;

    /// <summary>Chooses the weights with state, which start from none.</summary>
    /// <param name="stateFull">Them; null for none.</param>
    public void Choose(AdamSlice? stateFull)
    {
        StateFull?.Dispose();
        StateFull = stateFull;
    }

    public override void Update(double gradientScale, double warmup, StochasticRounding rounding)
    {
        if (Gradient is not { } gradient)
            return;

        using var scope = NewDisposeScope();
        if (StateFull is not { Index: null })
            SignStep(gradient, warmup, rounding);
        if (StateFull is not null)
        {
            StateFull.Accumulate(gradient);
            StateFull.Update(gradientScale, warmup, rounding);
        }

        DiscardGradient();
    }

    public override void DiscardGradient()
    {
        base.DiscardGradient();
        StateFull?.DiscardGradient();
    }

    public override void ForgetMasters() => StateFull?.ForgetMasters();

    public override void To(Device device)
    {
        base.To(device);
        StateFull?.To(device);
    }

    public override void Dispose()
    {
        base.Dispose();
        Choose(null);
    }

    private void SignStep(Tensor gradient, double warmup, StochasticRounding rounding)
    {
        var hyperparameters = Parameter.Options;
        double learningRate = hyperparameters.LearningRate!.Value * warmup, decay = learningRate * hyperparameters.weight_decay!.Value;
        var flat = Parameter.Flat();
        var positions = StateFull?.Positions();
        var kept = positions is null ? null : flat.index_select(0, positions);
        long pieceSize = PieceSize;
        for (long start = 0; start < Count; start += pieceSize)
        {
            using var pieceScope = NewDisposeScope();
            var stored = flat.narrow(0, start, Math.Min(pieceSize, Count - start));
            var direction = gradient.narrow(0, start, stored.numel()).sign();
            var exact = stored.to(ScalarType.Float32);
            if (decay != 0)
                exact.mul_(1 - decay);
            exact.add_(direction, alpha: -options.SignStepRate * learningRate);
            if (Parameter.IsLowPrecision)
                stored.copy_(rounding.Round(exact));
        }

        if (positions is not null)
            flat.index_copy_(0, positions, kept!);
    }
}
