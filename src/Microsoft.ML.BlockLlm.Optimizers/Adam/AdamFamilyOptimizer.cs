using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// What the optimizers that step by Adam add to <see cref="NamedParameterOptimizer"/>: the decay rates of the moments as hyperparameters, and moments in a
/// saved state. All of them step as <see cref="AdamWOptimizer"/> does wherever they keep full state.
/// </summary>
public abstract class AdamFamilyOptimizer : NamedParameterOptimizer, optim.IBetas
{
    private readonly AdamWOptimizerOptions _options;

    private protected AdamFamilyOptimizer(
        IEnumerable<(string name, Parameter parameter)> parameters, AdamWOptimizerOptions options, IReadOnlyList<string> alwaysActive)
        : base(parameters, options, alwaysActive, (learningRate, weightDecay) =>
            new AdamW.ParamGroup([], learningRate, options.Beta1, options.Beta2, options.Epsilon, weightDecay))
    {
        _options = options;
    }

    /// <summary>Decay rates of the moments; of the first group when read, of all groups when set, as a one-cycle schedule does.</summary>
    public (double, double) Betas
    {
        get => ((AdamW.ParamGroup)_parameter_groups[0]).Betas;
        set
        {
            foreach (var group in _parameter_groups.Cast<AdamW.ParamGroup>())
                group.Betas = value;
        }
    }

    /// <summary>Every slice that has state now.</summary>
    private protected abstract IEnumerable<AdamSlice> Slices { get; }

    private protected override IEnumerable<WeightState> States => Slices;

    private protected override void WriteStateOptions(BinaryWriter writer) => writer.Write((int)_options.Moments);

    private protected override void CheckStateOptions(BinaryReader reader)
    {
        var moments = (MomentPrecision)reader.ReadInt32();
        if (moments != _options.Moments)
        {
            throw new InvalidDataException(
                $"The saved state has moments in {moments}, this optimizer in {_options.Moments}. Set the option Moments to {moments}.");
        }
    }

    private protected IReadOnlyList<AdamSlice> ReadSlices(BinaryReader reader) => AdamSliceFormat.ReadAll(reader, FindTrained);
}
