using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>How a parameter begins where no weights are loaded.</summary>
internal enum Initial
{
    /// <summary>Normal with mean 0 and the standard deviation of the configuration: 0.02 in BERT and its successors.</summary>
    Normal,

    /// <summary>The same, divided by √(2 · layers): GPT-2's projections into the residual, whose sum grows with the layers.</summary>
    ResidualNormal,

    /// <summary>All zeros.</summary>
    Zeros,

    /// <summary>All ones.</summary>
    Ones,
}

/// <summary>
/// Where the layers of a model get their parameters while the model is built: from weights, or from a random generator.
/// So no parameter is made at random only to be overwritten.
/// </summary>
internal abstract class ParameterSource
{
    /// <summary>Gives a tensor, which the caller owns from then on.</summary>
    /// <param name="name">The name, from this source on down.</param>
    /// <param name="shape">The shape it must have.</param>
    /// <param name="initial">How it begins if it is not loaded.</param>
    public abstract Tensor Take(string name, long[] shape, Initial initial);

    /// <summary>The same as a parameter.</summary>
    public virtual Parameter TakeParameter(string name, long[] shape, Initial initial) => new(Take(name, shape, initial));

    /// <summary>The part of this source whose names begin with a prefix and a dot.</summary>
    public ParameterSource Under(string prefix) => new Part(this, prefix);

    /// <summary>This source with its tensors on a device. Tied layers share what one of them took, so a model on a GPU is built there: moving one that is built would part them.</summary>
    /// <param name="device">The device; null for the CPU, where tensors come from.</param>
    public ParameterSource On(Device? device) => device is null || device.type == DeviceType.CPU ? this : new Moved(this, device);

    private sealed class Moved(ParameterSource source, Device device) : ParameterSource
    {
        public override Tensor Take(string name, long[] shape, Initial initial)
        {
            using var onCpu = source.Take(name, shape, initial);
            return onCpu.to(device);
        }
    }

    private sealed class Part(ParameterSource whole, string prefix) : ParameterSource
    {
        public override Tensor Take(string name, long[] shape, Initial initial) => whole.Take($"{prefix}.{name}", shape, initial);

        public override Parameter TakeParameter(string name, long[] shape, Initial initial) => whole.TakeParameter($"{prefix}.{name}", shape, initial);
    }
}
