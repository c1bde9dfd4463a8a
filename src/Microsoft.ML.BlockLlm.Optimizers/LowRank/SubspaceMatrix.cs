using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>A weight matrix whose space is spanned by the leading singular vectors of a gradient: 4·r·min(m, n) bytes more.</summary>
internal abstract class SubspaceMatrix(NamedParameter parameter, SubspaceOptimizerOptions options, double? normGrowthLimit = null) : LowRankMatrix(parameter, options, normGrowthLimit)
{
    private Tensor? _basis;

    /// <summary>P, float32 [k, r]; null before the first update.</summary>
    protected Tensor? Basis => _basis;

    protected override long SpaceBytes => _basis is null ? 0 : 4 * _basis.numel();

    public override void To(Device device)
    {
        base.To(device);
        Move(ref _basis, device);
    }

    public override void Dispose()
    {
        base.Dispose();
        Replace(ref _basis, null);
    }

    protected void SetBasis(Tensor basis) => Replace(ref _basis, basis);

    /// <summary>The leading singular vectors of a finite gradient [m, n] on the side of its smaller dimension, [k, r]; the caller's to dispose.</summary>
    protected Tensor NewBasis(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var upright = Upright(gradient);
        var basis = options.ExactDecomposition
            ? LeadingSingularVectors.Exact(upright, options.Rank)
            : LeadingSingularVectors.Randomized(upright, options.Rank, options.Oversampling, options.PowerIterations, Key);
        return basis.MoveToOuterDisposeScope();
    }

    protected override void SaveSpace(BinaryWriter writer)
    {
        writer.Write(_basis is not null);
        if (_basis is null)
            return;
        using var flat = _basis.reshape(-1);
        flat.Save(writer);
    }

    protected override void LoadSpace(BinaryReader reader)
    {
        if (!reader.ReadBoolean())
        {
            if (Steps > 0)
                throw new InvalidDataException($"The saved state has no space for '{Parameter.Name}', which had {Steps:N0} updates.");
            return;
        }

        using var flat = AdamSliceFormat.ReadTensor(reader, ScalarType.Float32, Projected * Options.Rank, Parameter.Value.device);
        Replace(ref _basis, flat.view(Projected, Options.Rank));
    }
}
