using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>What an optimizer does with a parameter.</summary>
internal enum ParameterRole
{
    /// <summary>Never trained.</summary>
    Frozen,

    /// <summary>Trained where it is selected.</summary>
    Candidate,

    /// <summary>Trained in full at every update.</summary>
    AlwaysActive,
}

/// <summary>A parameter that an optimizer was built with.</summary>
/// <param name="name">Its name in the model.</param>
/// <param name="value">The parameter.</param>
/// <param name="role">What is done with it.</param>
/// <param name="group">Where its hyperparameters are.</param>
/// <param name="options">How its state is stored.</param>
internal sealed class NamedParameter(string name, Parameter value, ParameterRole role, ParamGroup group, StagewiseOptimizerOptions options)
{
    public string Name { get; } = name;

    public Parameter Value { get; } = value;

    public ParameterRole Role { get; } = role;

    /// <summary>Where its hyperparameters are.</summary>
    public ParamGroup Group { get; } = group;

    /// <summary>Its hyperparameters, where the optimizer is one of Adam's family.</summary>
    public AdamW.Options Options => ((AdamW.ParamGroup)Group).Options;

    /// <summary>How Adam's moments of its weights are stored.</summary>
    public MomentPrecision Moments { get; } = options is AdamWOptimizerOptions adam ? adam.Moments : MomentPrecision.Full;

    /// <summary>Whether its weights have too few bits for most updates.</summary>
    public bool IsLowPrecision { get; } = value.dtype == ScalarType.BFloat16;

    /// <summary>Whether its trained weights have a copy in 32-bit floats.</summary>
    public bool HasMasters => IsLowPrecision && options.LowPrecision == LowPrecision.MasterWeights;

    /// <summary>Whether it required a gradient before the optimizer was built.</summary>
    public bool RequiredGradient { get; } = value.requires_grad;

    public long Size { get; } = value.numel();

    /// <summary>Gives it its weights where they are not in memory all the time; null where they are.</summary>
    public Func<Parameter, IDisposable>? Opener { private get; set; }

    /// <summary>Gives it its weights until what is returned is disposed; null where they are in memory all the time.</summary>
    public IDisposable? Open() => Opener?.Invoke(Value);

    /// <summary>Its weights as one row, sharing their storage. It must be open.</summary>
    public Tensor Flat() => Value.view(-1);

    // Of weights that are not in memory one number stands for all.
    private bool IsElsewhere => Value.stride().All(step => step == 0);

    /// <summary>Refuses what the update cannot handle.</summary>
    public void Validate()
    {
        string? unfit =
            Value.dtype != ScalarType.Float32 && !IsLowPrecision
                ? $"holds {Value.dtype}; convert the model with module.to(ScalarType.Float32), or to BFloat16 for half the memory" :
            !Value.is_contiguous() && !IsElsewhere ? "is not contiguous in memory; replace it by its contiguous() copy" :
            Size > int.MaxValue ? $"holds {Size:N0} weights, more than the {int.MaxValue:N0} that a 32-bit index reaches; freeze it, or split it in two" :
            null;
        if (unfit is not null)
            throw new ArgumentException($"The parameter '{Name}' {unfit}.", nameof(value));
    }
}
