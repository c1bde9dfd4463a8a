using System.Collections.ObjectModel;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// FRUGAL (Zmushko, Beznosikov, Takáč and Horváth 2024, arXiv 2411.07837, algorithm 1): Adam on a share of the weights, chosen by chance and changed every now and then, and steps by the sign of the
/// gradient, which need no state, on all the rest.
/// </summary>
/// <remarks>
/// <para>
/// With η the learning rate, λ the weight decay and ρₛ the rate of sign steps: w ← (1 − ηλ)·w − η·m̂ / (√v̂ + ε) where there is state, w ← (1 − ηλ)·w − ρₛ·η·sign(g) where there is none. Defaults: a share ρ = 0.25
/// of the weights of matrices, whole matrices, chosen anew after 200 updates, ρₛ = 1. Vectors are trained by AdamW in full, normalisation weights among them, as in the paper.
/// </para>
/// <para>
/// As the paper leaves open how blocks are drawn: at each choice anew, one matrix after the other as long as it fits into the share, so that the share is never exceeded unless the very first matrix exceeds it.
/// Gradients are held whole until the update. The norm that is reported and clipped is that of all of them; clipping does nothing to a sign.
/// </para>
/// </remarks>
public sealed class FrugalOptimizer : AdamFamilyOptimizer
{
    private readonly FrugalOptimizerOptions _options;
    private readonly Dictionary<NamedParameter, AdamSlice> _slices;
    private readonly Dictionary<NamedParameter, FrugalMatrix> _matrices;
    private readonly long _alwaysActive;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="parameters">The parameters with their names, as from <c>module.named_parameters()</c>: contiguous, Float32 or BFloat16.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">A pattern matches no parameter, a parameter is unfit, or none is left to train.</exception>
    public FrugalOptimizer(IEnumerable<(string name, Parameter parameter)> parameters, FrugalOptimizerOptions? options = null)
        : base(parameters, options ??= new FrugalOptimizerOptions(), options.AlwaysActive)
    {
        _options = options;
        var (candidates, alwaysActive) = (Trained(ParameterRole.Candidate), Trained(ParameterRole.AlwaysActive));
        _matrices = candidates.Where(IsMatrix).ToDictionary(parameter => parameter, parameter => new FrugalMatrix(parameter, options));
        _slices = candidates.Where(parameter => !IsMatrix(parameter)).Concat(alwaysActive).ToDictionary(parameter => parameter, parameter => new AdamSlice(parameter, index: null));
        _alwaysActive = alwaysActive.Sum(parameter => parameter.Size);
        MarkRequiredGradients();

        static bool IsMatrix(NamedParameter parameter) => parameter.Value.shape is [var rows, var columns] && FrugalOptimizerOptions.Divides(rows, columns);
    }

    /// <inheritdoc/>
    /// <exception cref="NonFiniteGradientException">The loss or a gradient is not finite. No weight was changed.</exception>
    /// <exception cref="InvalidOperationException">There is no gradient. No weight was changed.</exception>
    public override UpdateReport Update(double loss)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var norm = CheckedNorm(loss, States);
        bool isChoiceDue = Updates % _options.Period == 0;
        if (isChoiceDue)
            Choose(Updates / _options.Period);
        var active = Apply(States, norm, NewRounding());
        string[] blocks = [.. _matrices.Values.Where(matrix => matrix.StateFull is not null).Select(matrix => matrix.Parameter.Name)];
        return new UpdateReport(norm, active, _alwaysActive, blocks, ReadOnlyDictionary<string, long>.Empty, isChoiceDue);
    }

    private protected override IEnumerable<AdamSlice> Slices => [.. _slices.Values, .. StateFull];

    private protected override IEnumerable<WeightState> States => [.. _slices.Values, .. _matrices.Values];

    private protected override WeightState? StateOf(NamedParameter parameter) => _matrices.TryGetValue(parameter, out var matrix) ? matrix : _slices.GetValueOrDefault(parameter);

    private protected override void WriteState(BinaryWriter writer)
    {
        if (_matrices.Values.FirstOrDefault(matrix => matrix.Gradient is not null) is { } held)
            throw new InvalidOperationException($"'{held.Parameter.Name}' has a gradient that no update has used yet. Save the state right after an update.");
        AdamSliceFormat.WriteAll(writer, [.. Slices]);
    }

    private protected override void ReadState(BinaryReader reader)
    {
        var slices = ReadSlices(reader);
        var withState = slices.Where(slice => _matrices.ContainsKey(slice.Parameter)).Sum(slice => slice.Count);
        var most = _options.MostWithState([.. _matrices.Keys.Select(matrix => (matrix.Value.shape[0], matrix.Value.shape[1]))]);
        var mismatch = slices.DistinctBy(slice => slice.Parameter).Count() < slices.Count || slices.Count(slice => slice.Index is null && _slices.ContainsKey(slice.Parameter)) < _slices.Count
            ? new InvalidDataException("The saved state trains other parameters by AdamW than this optimizer. Set AlwaysActive as it was.")
            : withState > most ? BlockChoice.Mismatch($"Adam's state for {withState:N0} weights of matrices, this optimizer for at most {most:N0}") : null;
        if (mismatch is not null)
        {
            foreach (var slice in slices)
                slice.Dispose();
            throw mismatch;
        }

        foreach (var matrix in _matrices.Values)
            matrix.Choose(null);
        foreach (var slice in slices)
        {
            if (_matrices.TryGetValue(slice.Parameter, out var matrix))
            {
                matrix.Choose(slice);
                continue;
            }

            _slices[slice.Parameter].Dispose();
            _slices[slice.Parameter] = slice;
        }
    }

    private IEnumerable<AdamSlice> StateFull => _matrices.Values.Select(matrix => matrix.StateFull).OfType<AdamSlice>();

    private void Choose(long round)
    {
        var blocks = _options.Subspace == FrugalSubspace.Blocks ? FrugalChoice.Blocks(_matrices.Keys, _options, round) : null;
        foreach (var (parameter, matrix) in _matrices)
        {
            var columns = blocks is null ? FrugalChoice.Columns(parameter, _options, round) : null;
            matrix.Choose(columns is not null || blocks?.Contains(parameter) == true ? new AdamSlice(parameter, columns) : null);
        }
    }
}
