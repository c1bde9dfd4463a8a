using System.Collections.ObjectModel;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>What <see cref="GaLoreOptimizer"/>, <see cref="FiraOptimizer"/> and <see cref="ApolloOptimizer"/> have in common: matrices in low rank, and AdamW for the rest.</summary>
public abstract class LowRankOptimizer : AdamFamilyOptimizer
{
    private readonly Dictionary<NamedParameter, AdamSlice> _slices;
    private readonly Dictionary<NamedParameter, LowRankMatrix> _matrices;
    private readonly Func<NamedParameter, LowRankMatrix> _newMatrix;
    private readonly long _alwaysActive;

    private protected LowRankOptimizer(
        IEnumerable<(string name, Parameter parameter)> parameters, LowRankOptimizerOptions options, Func<NamedParameter, LowRankMatrix> newMatrix)
        : base(parameters, options, options.AlwaysActive)
    {
        _newMatrix = newMatrix;
        var (candidates, alwaysActive) = (Trained(ParameterRole.Candidate), Trained(ParameterRole.AlwaysActive));
        _matrices = candidates.Where(IsMatrix).ToDictionary(parameter => parameter, newMatrix);
        _slices = candidates.Where(parameter => !IsMatrix(parameter)).Concat(alwaysActive).ToDictionary(parameter => parameter, parameter => new AdamSlice(parameter, index: null));
        _alwaysActive = alwaysActive.Sum(parameter => parameter.Size);
        MarkRequiredGradients();

        bool IsMatrix(NamedParameter parameter) => parameter.Value.shape is [var rows, var columns] && options.Projects(rows, columns);
    }

    /// <inheritdoc/>
    /// <exception cref="NonFiniteGradientException">A gradient that a space is chosen by is not finite. No weight was changed, and all gradients are forgotten.</exception>
    public override void Accumulate(Parameter parameter, Tensor gradient)
    {
        using var _ = no_grad();
        using var flat = Flatten(parameter, gradient, out var named);
        try
        {
            if (_matrices.TryGetValue(named, out var matrix) && matrix.DecomposesNext)
                RequireFinite(named, flat);
            StateOf(named)?.Accumulate(flat);
        }
        catch (NonFiniteGradientException)
        {
            Discard();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="NonFiniteGradientException">The loss or a gradient is not finite. No weight was changed.</exception>
    /// <exception cref="InvalidOperationException">There is no gradient. No weight was changed.</exception>
    public override UpdateReport Update(double loss)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var norm = CheckedNorm(loss, States);
        foreach (var matrix in _matrices.Values)
            matrix.ChooseSpace();
        var active = Apply(States, norm, NewRounding());
        return new UpdateReport(norm, active, _alwaysActive, [], ReadOnlyDictionary<string, long>.Empty, Reselected: false);
    }

    private protected override IEnumerable<AdamSlice> Slices => _slices.Values;

    private protected override IEnumerable<WeightState> States => [.. _slices.Values, .. _matrices.Values];

    private protected override WeightState? StateOf(NamedParameter parameter) => _matrices.TryGetValue(parameter, out var matrix) ? matrix : _slices.GetValueOrDefault(parameter);

    private protected override void WriteState(BinaryWriter writer)
    {
        AdamSliceFormat.WriteAll(writer, _slices.Values);
        WholeParameterFormat.WriteAll(writer, _matrices.Values);
    }

    private protected override void ReadState(BinaryReader reader)
    {
        var slices = ReadSlices(reader);
        try
        {
            if (slices.Count != _slices.Count || slices.Any(slice => !_slices.ContainsKey(slice.Parameter) || slice.Index is not null))
                throw new InvalidDataException("The saved state trains other parameters by AdamW than this optimizer. Set Rank and AlwaysActive as they were.");
            var matrices = WholeParameterFormat.ReadAll(
                reader, name => FindTrained(name) is { } parameter && _matrices.ContainsKey(parameter) ? _newMatrix(parameter) : null, _matrices.Count);

            // All was read and fits; from here on nothing fails.
            Take(_slices, slices);
            Take(_matrices, matrices);
        }
        catch
        {
            foreach (var slice in slices)
                slice.Dispose();
            throw;
        }
    }

    /// <summary>A decomposition of what is not finite would fail in words of its own, or never end.</summary>
    private void RequireFinite(NamedParameter parameter, Tensor gradient)
    {
        using var norms = new GradientNorms();
        norms.Measure(parameter, gradient);
        norms.Read(Updates + 1);
    }

    private static void Take<TState>(Dictionary<NamedParameter, TState> states, IReadOnlyList<TState> read) where TState : WeightState
    {
        foreach (var state in read)
        {
            states[state.Parameter].Dispose();
            states[state.Parameter] = state;
        }
    }
}
