using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// What all optimizers of this library have in common: named parameters, groups of hyperparameters that TorchSharp's schedulers act on, clipping, and a
/// saved state with everything in it.
/// </summary>
/// <remarks>Disposing the optimizer gives every parameter back the <c>requires_grad</c> it had before.</remarks>
public abstract partial class NamedParameterOptimizer : StagewiseOptimizer
{
    private readonly Dictionary<Parameter, NamedParameter> _byValue = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, NamedParameter> _byName = new(StringComparer.Ordinal);
    private readonly StagewiseOptimizerOptions _options;
    private readonly Func<double, double, ParamGroup> _newGroup;
    private readonly WholeState _wholeState;

    private protected NamedParameterOptimizer(
        IEnumerable<(string name, Parameter parameter)> parameters, StagewiseOptimizerOptions options, IReadOnlyList<string> alwaysActive,
        Func<double, double, ParamGroup> newGroup)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        options.Validate();
        (_options, _newGroup) = (options, newGroup);

        var named = Distinct(parameters);
        var names = named.Select(entry => entry.name).ToArray();
        var frozen = new ParameterPatterns(nameof(options.Frozen), options.Frozen, names);
        var active = new ParameterPatterns(nameof(BlockLlmOptimizerOptions.AlwaysActive), alwaysActive, names);
        var groups = new ParameterPatterns(nameof(options.Groups), [.. options.Groups.Select(group => group.Pattern)], names);
        var paramGroups = NewParamGroups(options, newGroup);

        foreach (var (name, value) in named)
        {
            bool isFrozen = frozen.Matches(name) || !value.requires_grad, isActive = active.Matches(name);
            if (isFrozen && isActive)
            {
                throw new ArgumentException(
                    $"The parameter '{name}' is always active and frozen at once. Narrow one of the patterns, or let it require a gradient.",
                    nameof(alwaysActive));
            }

            var role = isFrozen ? ParameterRole.Frozen : isActive ? ParameterRole.AlwaysActive : ParameterRole.Candidate;
            var parameter = new NamedParameter(name, value, role, paramGroups[groups.FirstMatch(name) + 1], options);
            if (role != ParameterRole.Frozen)
                parameter.Validate();
            _byValue.Add(value, parameter);
            _byName.Add(name, parameter);
        }

        if (_byValue.Values.All(parameter => parameter.Role == ParameterRole.Frozen))
        {
            throw new ArgumentException(
                "Every parameter is frozen; there is nothing to train. Leave some out of Frozen, and let them require gradients.", nameof(parameters));
        }

        for (int i = 0; i < paramGroups.Length; i++)
        {
            int group = i;
            paramGroups[i].Parameters = [.. named.Where(entry => groups.FirstMatch(entry.name) + 1 == group).Select(entry => entry.parameter)];
        }

        _parameter_groups = [.. paramGroups];
        _defaults = paramGroups[0].Options;
        _wholeState = new WholeState(this, named[0].parameter);
        foreach (var (_, value) in named)
            _state[value.Handle] = _wholeState;
    }

    /// <summary>Number of updates done.</summary>
    public long Updates { get; private set; }

    /// <summary>Memory that the optimizer's state takes, in bytes: what is kept between updates, without gradients.</summary>
    public long StateBytes => States.Sum(state => state.StateBytes);

    /// <inheritdoc/>
    public override bool Trains(Parameter parameter) => Find(parameter) is { Role: not ParameterRole.Frozen };

    /// <inheritdoc/>
    public override bool NeedsGradient(Parameter parameter) => Find(parameter) is { } named && StateOf(named) is not null;

    /// <inheritdoc/>
    public override void Accumulate(Parameter parameter, Tensor gradient)
    {
        using var _ = no_grad();
        using var flat = Flatten(parameter, gradient, out var named);
        StateOf(named)?.Accumulate(flat);
    }

    /// <inheritdoc/>
    public override void UseWeights(Func<Parameter, IDisposable> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        foreach (var parameter in _byValue.Values)
            parameter.Opener = open;
    }

    /// <inheritdoc/>
    /// <remarks>Weights in 32-bit floats have no copy.</remarks>
    public override void WeightsReplaced(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        foreach (var state in States.Where(state => ReferenceEquals(state.Parameter.Value, parameter)))
            state.ForgetMasters();
    }

    internal override object Settings => _options;

    /// <summary>Not supported: what to train is chosen over all parameters together, so they are given when the optimizer is built.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override void add_param_group(ParamGroup param_group) =>
        throw new NotSupportedException(
            $"Give {GetType().Name} all parameters when it is built; name groups with hyperparameters of their own in the option Groups.");

    /// <inheritdoc/>
    public override void Discard()
    {
        foreach (var state in States)
            state.DiscardGradient();
    }

    /// <summary>Everything that holds state or gradients now.</summary>
    private protected abstract IEnumerable<WeightState> States { get; }

    /// <summary>What takes the whole gradient of a parameter; null for one of which the coming update does not need it as it is.</summary>
    private protected abstract WeightState? StateOf(NamedParameter parameter);

    /// <summary>Share of the learning rate that the coming update of some weights has.</summary>
    private protected virtual double Warmup(WeightState state) => 1;

    private protected NamedParameter? Find(Parameter parameter) => _byValue.GetValueOrDefault(parameter);

    /// <summary>The trained parameter of some name; null where there is none.</summary>
    private protected NamedParameter? FindTrained(string name) => _byName.GetValueOrDefault(name) is { Role: not ParameterRole.Frozen } parameter ? parameter : null;

    /// <summary>The parameters of some role, ordered by name.</summary>
    private protected IReadOnlyList<NamedParameter> Trained(ParameterRole role) =>
        [.. _byName.Values.Where(parameter => parameter.Role == role).OrderBy(parameter => parameter.Name, StringComparer.Ordinal)];

    /// <summary>Checks an offered gradient and makes it flat; storage is shared where its layout allows.</summary>
    private protected Tensor Flatten(Parameter parameter, Tensor gradient, out NamedParameter named)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(gradient);
        named = Find(parameter) ?? throw new ArgumentException("The parameter is none of those that the optimizer was built with.", nameof(parameter));
        if (gradient.numel() != named.Size || (gradient.dtype != ScalarType.Float32 && gradient.dtype != parameter.dtype))
        {
            throw new ArgumentException(
                $"The gradient of '{named.Name}' is {gradient.dtype} [{string.Join(", ", gradient.shape)}]; " +
                $"it must be {parameter.dtype} [{string.Join(", ", parameter.shape)}].", nameof(gradient));
        }

        using var detached = gradient.detach();
        return detached.reshape(-1);
    }

    /// <summary>Norm of the gradients of some states together, once loss and gradients are known to be finite; otherwise the gradients are dropped.</summary>
    private protected double CheckedNorm(double loss, IEnumerable<WeightState> states) => Math.Sqrt(CheckedNorms(loss, states).Values.Sum(norm => norm * norm));

    /// <summary>The same, parameter by parameter.</summary>
    private protected IReadOnlyDictionary<NamedParameter, double> CheckedNorms(double loss, IEnumerable<WeightState> states)
    {
        try
        {
            if (!double.IsFinite(loss))
            {
                throw new NonFiniteGradientException(
                    $"The loss is {loss} at update {Updates + 1}; no weight was changed. Skip the batch, or lower the learning rate.");
            }

            using var norms = new GradientNorms();
            foreach (var state in states)
            {
                if (state.Gradient is not null)
                    norms.Measure(state.Parameter, state.Gradient);
            }

            return norms.Read(Updates + 1);
        }
        catch
        {
            foreach (var state in states)
                state.DiscardGradient();
            throw;
        }
    }

    /// <summary>What rounds weights of low precision in the coming update.</summary>
    private protected StochasticRounding NewRounding() => new(_options.SeedOrDefault, Updates);

    /// <summary>Clips as PyTorch's <c>clip_grad_norm_</c> does, updates the weights and counts the update.</summary>
    /// <returns>Number of coordinates updated.</returns>
    private protected long Apply(IEnumerable<WeightState> states, double norm, StochasticRounding rounding)
    {
        double scale = _options.MaxGradientNorm is { } limit ? Math.Min(1, limit / (norm + 1e-6)) : 1;
        long active = 0;
        foreach (var parts in states.Where(state => state.Gradient is not null).GroupBy(state => state.Parameter))
        {
            using var weights = parts.Key.Open();
            foreach (var state in parts)
            {
                active += state.Count;
                state.Update(scale, Warmup(state), rounding);
            }
        }

        Updates++;
        return active;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var state in States)
                state.Dispose();
            foreach (var parameter in _byName.Values.Where(parameter => !parameter.Value.IsInvalid))
                parameter.Value.requires_grad = parameter.RequiredGradient;
        }

        base.Dispose(disposing);
    }

    private static ParamGroup[] NewParamGroups(StagewiseOptimizerOptions options, Func<double, double, ParamGroup> newGroup)
    {
        return [NewGroup(null, null), .. options.Groups.Select(group => NewGroup(group.LearningRate, group.WeightDecay))];

        ParamGroup NewGroup(double? learningRate, double? weightDecay)
        {
            var group = newGroup(learningRate ?? options.LearningRate, weightDecay ?? options.WeightDecay);
            group.InitialLearningRate = learningRate ?? options.LearningRate;
            return group;
        }
    }

    /// <summary>A parameter that the model holds under two names, as a tied head, counts once, under its first.</summary>
    private static (string name, Parameter parameter)[] Distinct(IEnumerable<(string name, Parameter parameter)> parameters)
    {
        var seen = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
        var distinct = parameters.Where(entry => seen.Add(entry.parameter)).ToArray();
        if (distinct.Length == 0)
            throw new ArgumentException("There are no parameters. Give module.named_parameters().", nameof(parameters));
        if (distinct.GroupBy(entry => entry.name).FirstOrDefault(group => group.Count() > 1) is { } repeated)
            throw new ArgumentException($"Two parameters are named '{repeated.Key}'; names must differ.", nameof(parameters));
        return distinct;
    }
}
