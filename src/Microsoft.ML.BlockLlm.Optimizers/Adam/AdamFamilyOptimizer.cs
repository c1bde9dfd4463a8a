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
            new AdamW.ParamGroup([], new AdamW.Options
            {
                LearningRate = learningRate, beta1 = options.Beta1, beta2 = options.Beta2, eps = options.Epsilon, weight_decay = weightDecay, amsgrad = false, maximize = false,
            }))
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

    /// <summary>Reads the slices of a saved state; the caller's to dispose.</summary>
    private protected IReadOnlyList<AdamSlice> ReadSlices(BinaryReader reader) => AdamSliceFormat.ReadAll(reader, FindTrained);

    /// <summary>The same, of parameters that are trained as a whole, and of a number of weights of others.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="whole">The parameters of which all weights are trained.</param>
    /// <param name="budget">How many weights of the others may be active.</param>
    /// <exception cref="InvalidDataException">They are others.</exception>
    private protected IReadOnlyList<AdamSlice> ReadSlices(BinaryReader reader, IReadOnlyCollection<NamedParameter> whole, long budget)
    {
        var slices = ReadSlices(reader);
        try
        {
            foreach (var parameter in whole)
            {
                if (slices.Where(slice => slice.Parameter == parameter).ToList() is not [{ Index: null }])
                    throw new InvalidDataException($"The saved state does not have all weights of '{parameter.Name}', which are trained together.");
            }

            var active = slices.Where(slice => !whole.Contains(slice.Parameter)).Sum(slice => slice.Count);
            return active <= budget ? slices : throw new InvalidDataException($"The saved state has {active:N0} active weights, more than the budget of {budget:N0}.");
        }
        catch
        {
            foreach (var slice in slices)
                slice.Dispose();
            throw;
        }
    }
}
