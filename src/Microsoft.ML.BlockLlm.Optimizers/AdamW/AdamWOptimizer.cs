using System.Collections.ObjectModel;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// AdamW on every parameter (Loshchilov and Hutter, arXiv 1711.05101): full fine-tuning by the same loop as <see cref="BlockLlmOptimizer"/>.
/// </summary>
/// <remarks>The arithmetic is that of PyTorch's <c>torch.optim.AdamW</c>, operation by operation.</remarks>
public sealed class AdamWOptimizer : AdamFamilyOptimizer
{
    private readonly Dictionary<NamedParameter, AdamSlice> _slices;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="parameters">The parameters with their names, as from <c>module.named_parameters()</c>: contiguous, Float32 or BFloat16.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">A pattern matches no parameter, a parameter is unfit, or none is left to train.</exception>
    public AdamWOptimizer(IEnumerable<(string name, Parameter parameter)> parameters, AdamWOptimizerOptions? options = null)
        : base(parameters, options ??= new AdamWOptimizerOptions(), alwaysActive: [])
    {
        _slices = Trained(ParameterRole.Candidate).ToDictionary(parameter => parameter, parameter => new AdamSlice(parameter, index: null));
        MarkRequiredGradients();
    }

    /// <inheritdoc/>
    /// <exception cref="NonFiniteGradientException">The loss or a gradient is not finite. No weight was changed.</exception>
    /// <exception cref="InvalidOperationException">There is no gradient. No weight was changed.</exception>
    public override UpdateReport Update(double loss)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var norm = CheckedNorm(loss, _slices.Values);
        var active = Apply(_slices.Values, norm, NewRounding());
        return new UpdateReport(norm, active, active, [], ReadOnlyDictionary<string, long>.Empty, Reselected: false);
    }

    private protected override IEnumerable<AdamSlice> Slices => _slices.Values;

    private protected override WeightState? StateOf(NamedParameter parameter) => _slices.GetValueOrDefault(parameter);

    private protected override void WriteState(BinaryWriter writer) => AdamSliceFormat.WriteAll(writer, _slices.Values);

    private protected override void ReadState(BinaryReader reader)
    {
        foreach (var slice in ReadSlices(reader, _slices.Keys, budget: 0))
        {
            _slices[slice.Parameter].Dispose();
            _slices[slice.Parameter] = slice;
        }
    }
}
