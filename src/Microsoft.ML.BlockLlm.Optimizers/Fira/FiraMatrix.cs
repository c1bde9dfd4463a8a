using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// Fira's update of one matrix: GaLore's, and what the space leaves out, S = (G − P·R) scaled column by column by ‖ψ(R)‖ / ‖R‖, where ψ(R) is Adam's direction for R, and limited in its growth.
/// </summary>
internal sealed class FiraMatrix(NamedParameter parameter, FiraOptimizerOptions options) : SubspaceMatrix(parameter, options, options.NormGrowthLimit)
{
    public override void ChooseSpace()
    {
        if (!IsRenewalDue || Gradient is not { } gradient)
            return;
        using var scope = NewDisposeScope();
        SetBasis(NewBasis(gradient.to(ScalarType.Float32).view(Rows, Columns)));
    }

    protected override Action<Tensor, double> Prepare(Tensor gradient)
    {
        var matrix = gradient.view(Rows, Columns);
        var projected = Project(matrix, Basis!);
        var direction = Direction(projected);
        var residual = matrix.clone();
        AddBack(residual, projected, Basis!, -1);
        residual.mul_(Factors(ChannelNorms(direction), ChannelNorms(projected)));
        LimitGrowth(residual);
        return (weights, learningRate) =>
        {
            AddBack(weights, direction, Basis!, -learningRate * options.Scale);
            weights.add_(residual, alpha: -learningRate * options.Scale);
        };
    }
}
