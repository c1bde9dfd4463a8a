using System.Collections.ObjectModel;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// Stochastic gradient descent (Robbins and Monro, 1951) with momentum (Polyak, 1964) or Nesterov's (Sutskever et al., 2013): the least state that an
/// optimizer can have. With μ the momentum and λ the weight decay, g ← g + λw, v ← μv + g, w ← w − ηv; Nesterov's goes by g + μv.
/// </summary>
/// <remarks>The arithmetic is that of PyTorch's <c>torch.optim.SGD</c> without dampening, operation by operation: the first v is g.</remarks>
public sealed class SgdOptimizer : NamedParameterOptimizer, optim.IMomentum
{
    private readonly Dictionary<NamedParameter, SgdState> _states;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="parameters">The parameters with their names, as from <c>module.named_parameters()</c>: contiguous, Float32 or BFloat16.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">A pattern matches no parameter, a parameter is unfit, or none is left to train.</exception>
    public SgdOptimizer(IEnumerable<(string name, Parameter parameter)> parameters, SgdOptimizerOptions? options = null)
        : base(parameters, options ??= new SgdOptimizerOptions(), alwaysActive: [], (learningRate, weightDecay) =>
            new SGD.ParamGroup([], new SGD.Options
            {
                LearningRate = learningRate, momentum = options.Momentum, dampening = 0, weight_decay = weightDecay, nesterov = options.Nesterov, maximize = false,
            }))
    {
        _states = Trained(ParameterRole.Candidate).ToDictionary(parameter => parameter, parameter => new SgdState(parameter));
        MarkRequiredGradients();
    }

    /// <summary>Momentum; of the first group when read, of all groups when set, as a one-cycle schedule does.</summary>
    public double Momentum
    {
        get => ((SGD.ParamGroup)_parameter_groups[0]).Momentum;
        set
        {
            foreach (var group in _parameter_groups.Cast<SGD.ParamGroup>())
                group.Momentum = value;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="NonFiniteGradientException">The loss or a gradient is not finite. No weight was changed.</exception>
    /// <exception cref="InvalidOperationException">There is no gradient. No weight was changed.</exception>
    public override UpdateReport Update(double loss)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var norm = CheckedNorm(loss, _states.Values);
        var active = Apply(_states.Values, norm, NewRounding());
        return new UpdateReport(norm, active, active, [], ReadOnlyDictionary<string, long>.Empty, Reselected: false);
    }

    private protected override IEnumerable<WeightState> States => _states.Values;

    private protected override WeightState? StateOf(NamedParameter parameter) => _states.GetValueOrDefault(parameter);

    private protected override void WriteState(BinaryWriter writer) => WholeParameterFormat.WriteAll(writer, _states.Values);

    private protected override void ReadState(BinaryReader reader)
    {
        foreach (var state in WholeParameterFormat.ReadAll(reader, name => FindTrained(name) is { } parameter ? new SgdState(parameter) : null, _states.Count))
        {
            _states[state.Parameter].Dispose();
            _states[state.Parameter] = state;
        }
    }
}
